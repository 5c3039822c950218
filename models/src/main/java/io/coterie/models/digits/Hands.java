package io.coterie.models.digits;

import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;

/**
 * The shapes of the digits in several hands, as strokes in a box of width {@value #WIDTH} and
 * height 1, y pointing down. Drawn by us, so that no font is needed.
 */
final class Hands {
  /** Width of the box; its height is 1. */
  static final double WIDTH = 0.6;

  /** Strokes in SVG's path letters: M move, L line, Q and C curves, Z close. */
  private static final String[][] STROKES = {
    { // plain
      "M .3 0 C .5 0 .6 .2 .6 .5 C .6 .8 .5 1 .3 1 C .1 1 0 .8 0 .5 C 0 .2 .1 0 .3 0 Z",
      "M .12 .18 L .34 0 L .34 1",
      "M .02 .26 C .04 .08 .16 0 .3 0 C .48 0 .58 .1 .58 .27 C .58 .44 .44 .56 .28 .7"
          + " C .14 .82 .04 .9 .02 1 L .6 1",
      "M .04 .18 C .08 .06 .18 0 .3 0 C .46 0 .56 .1 .56 .25 C .56 .4 .44 .47 .26 .47"
          + " C .46 .47 .6 .56 .6 .73 C .6 .9 .47 1 .3 1 C .15 1 .04 .93 0 .8",
      "M .45 1 L .45 0 L 0 .68 L .6 .68",
      "M .54 0 L .12 0 L .07 .46 C .14 .39 .22 .36 .31 .36 C .49 .36 .6 .49 .6 .67"
          + " C .6 .87 .47 1 .29 1 C .14 1 .04 .93 0 .81",
      "M .54 .15 C .49 .05 .41 0 .32 0 C .12 0 0 .2 0 .55 C 0 .84 .11 1 .31 1"
          + " C .48 1 .6 .87 .6 .69 C .6 .51 .48 .39 .32 .39 C .15 .39 .02 .5 .01 .68",
      "M 0 0 L .6 0 C .42 .25 .26 .58 .22 1",
      "M .3 .46 C .14 .46 .04 .37 .04 .23 C .04 .09 .14 0 .3 0 C .46 0 .56 .09 .56 .23"
          + " C .56 .37 .46 .46 .3 .46 C .12 .46 0 .57 0 .73 C 0 .9 .12 1 .3 1"
          + " C .48 1 .6 .9 .6 .73 C .6 .57 .48 .46 .3 .46 Z",
    },
    { // square, as on industrial counters
      "M .15 0 L .45 0 Q .6 0 .6 .15 L .6 .85 Q .6 1 .45 1 L .15 1 Q 0 1 0 .85 L 0 .15"
          + " Q 0 0 .15 0 Z",
      "M .14 .14 L .32 0 L .32 1 M .12 1 L .52 1",
      "M 0 .2 L 0 .14 Q 0 0 .15 0 L .45 0 Q .6 0 .6 .15 L .6 .34 Q .6 .44 .5 .5 L .1 .76"
          + " Q 0 .83 0 .93 L 0 1 L .6 1",
      "M 0 .15 Q 0 0 .15 0 L .45 0 Q .6 0 .6 .15 L .6 .36 Q .6 .48 .48 .48 L .2 .48"
          + " M .48 .48 Q .6 .48 .6 .62 L .6 .85 Q .6 1 .45 1 L .15 1 Q 0 1 0 .85",
      "M .44 1 L .44 0 L 0 .62 L 0 .7 L .6 .7",
      "M .56 0 L .04 0 L .04 .42 L .45 .42 Q .6 .42 .6 .57 L .6 .85 Q .6 1 .45 1 L .15 1"
          + " Q 0 1 0 .85",
      "M .58 .14 Q .56 0 .42 0 L .16 0 Q 0 0 0 .16 L 0 .85 Q 0 1 .15 1 L .45 1"
          + " Q .6 1 .6 .85 L .6 .58 Q .6 .43 .45 .43 L .15 .43 Q 0 .43 0 .58",
      "M 0 .08 L 0 0 L .6 0 L .6 .1 L .24 1",
      "M .15 0 L .45 0 Q .58 0 .58 .13 L .58 .33 Q .58 .46 .45 .46 L .15 .46"
          + " Q .02 .46 .02 .33 L .02 .13 Q .02 0 .15 0 Z M .15 .46 L .45 .46 Q .6 .46 .6 .61"
          + " L .6 .85 Q .6 1 .45 1 L .15 1 Q 0 1 0 .85 L 0 .61 Q 0 .46 .15 .46 Z",
    },
    { // old: feet, flat-topped 3, open 4, crossed 7
      "M .3 0 C .44 0 .54 .22 .54 .5 C .54 .78 .44 1 .3 1 C .16 1 .06 .78 .06 .5"
          + " C .06 .22 .16 0 .3 0 Z",
      "M .16 .12 C .24 .1 .3 .06 .32 0 L .32 1 M .16 1 L .48 1",
      "M .06 .3 C .02 .12 .14 0 .3 0 C .46 0 .56 .1 .56 .26 C .56 .46 .3 .62 .04 .96"
          + " C .18 .88 .3 1 .42 1 C .5 1 .56 .97 .58 .88",
      "M .04 .04 L .54 .04 L .26 .38 C .46 .36 .6 .5 .6 .68 C .6 .88 .46 1 .28 1"
          + " C .14 1 .04 .95 0 .84",
      "M .2 0 L .02 .6 L .6 .6 M .46 .3 L .42 1",
      "M .52 .02 L .16 .02 L .08 .44 C .4 .34 .58 .5 .58 .7 C .58 .9 .42 1 .26 1"
          + " C .14 1 .04 .96 .02 .88",
      "M .46 0 C .2 .16 .02 .42 .02 .7 C .02 .9 .14 1 .3 1 C .47 1 .58 .88 .58 .71"
          + " C .58 .54 .47 .43 .32 .43 C .18 .43 .06 .52 .03 .66",
      "M .02 .02 L .58 .02 L .22 1 M .16 .5 L .52 .5",
      "M .52 .16 C .48 .04 .4 0 .3 0 C .16 0 .08 .1 .08 .22 C .08 .48 .56 .46 .56 .76"
          + " C .56 .92 .44 1 .3 1 C .16 1 .04 .92 .04 .76 C .04 .48 .52 .48 .52 .16 Z",
    },
    { // round: a bare 1, straight tails
      "M .3 0 C .49 0 .58 .2 .58 .5 C .58 .8 .49 1 .3 1 C .11 1 .02 .8 .02 .5"
          + " C .02 .2 .11 0 .3 0 Z",
      "M .3 0 L .3 1",
      "M .04 .24 C .06 .08 .18 0 .31 0 C .47 0 .57 .12 .57 .26 C .57 .38 .5 .48 .4 .58"
          + " L .02 1 L .6 1",
      "M .05 .14 C .12 .04 .2 0 .3 0 C .45 0 .54 .1 .54 .23 C .54 .37 .44 .45 .3 .45"
          + " L .22 .45 M .3 .45 C .48 .45 .58 .57 .58 .72 C .58 .89 .46 1 .29 1"
          + " C .17 1 .08 .96 .02 .87",
      "M .46 1 L .46 0 L .02 .74 L .6 .74",
      "M .53 0 L .1 0 L .1 .44 C .17 .4 .24 .38 .31 .38 C .48 .38 .59 .5 .59 .69"
          + " C .59 .88 .46 1 .28 1 C .16 1 .06 .95 .01 .86",
      "M .36 0 L .05 .58 M .02 .7 C .02 .53 .14 .41 .3 .41 C .47 .41 .58 .53 .58 .7"
          + " C .58 .88 .47 1 .3 1 C .14 1 .02 .88 .02 .7 C .02 .66 .03 .62 .05 .58",
      "M 0 0 L .6 0 L .2 1",
      "M .3 0 C .45 0 .54 .1 .54 .22 C .54 .35 .45 .44 .3 .44 C .15 .44 .06 .35 .06 .22"
          + " C .06 .1 .15 0 .3 0 Z M .3 .44 C .48 .44 .58 .56 .58 .72 C .58 .89 .47 1 .3 1"
          + " C .13 1 .02 .89 .02 .72 C .02 .56 .12 .44 .3 .44 Z",
    },
  };

  private static final List<List<Path2D>> PATHS = paths();

  private Hands() {}

  /** Number of hands. */
  static int count() {
    return PATHS.size();
  }

  /** The strokes of a digit 0..9; do not change them. */
  static Path2D strokes(int hand, int digit) {
    return PATHS.get(hand).get(digit);
  }

  private static List<List<Path2D>> paths() {
    List<List<Path2D>> hands = new ArrayList<>();
    for (String[] hand : STROKES) {
      List<Path2D> digits = new ArrayList<>();
      for (String strokes : hand) {
        digits.add(parse(strokes));
      }
      digits.add(turned(digits.get(6)));
      hands.add(List.copyOf(digits));
    }
    return List.copyOf(hands);
  }

  /** A 9 is a 6 turned by half a turn. */
  private static Path2D turned(Path2D six) {
    Path2D nine = (Path2D) six.clone();
    nine.transform(AffineTransform.getRotateInstance(Math.PI, WIDTH / 2, 0.5));
    return nine;
  }

  private static Path2D parse(String strokes) {
    Path2D path = new Path2D.Double();
    try (Scanner in = new Scanner(strokes).useLocale(Locale.ROOT)) {
      while (in.hasNext()) {
        switch (in.next()) {
          case "M" -> path.moveTo(number(in), number(in));
          case "L" -> path.lineTo(number(in), number(in));
          case "Q" -> path.quadTo(number(in), number(in), number(in), number(in));
          case "C" ->
              path.curveTo(number(in), number(in), number(in), number(in), number(in), number(in));
          case "Z" -> path.closePath();
          default -> throw new IllegalArgumentException("unknown letter in: " + strokes);
        }
      }
    }
    return path;
  }

  private static double number(Scanner in) {
    return Double.parseDouble(in.next());
  }
}
