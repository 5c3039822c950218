package io.coterie.models.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.models.plot.LineChart.Axis;
import io.coterie.models.plot.LineChart.Point;
import io.coterie.models.plot.LineChart.Series;
import java.io.StringReader;
import java.util.Collections;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class LineChartTest {
  private static final Series RISING =
      new Series("a < b & c", List.of(new Point(0, 0), new Point(10, 5)), new Point(10, 5));

  private static Document parsed(LineChart chart) throws Exception {
    var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    return builder.parse(new InputSource(new StringReader(chart.svg())));
  }

  @Test
  void drawsEveryPointWithinTheAxes() throws Exception {
    LineChart chart =
        new LineChart("t", new Axis("x", 0, 10), new Axis("y", 0, 5), List.of(RISING));
    Document svg = parsed(chart);
    var line = svg.getElementsByTagName("polyline").item(0);
    assertEquals(
        "70.0,404.0 570.0,46.0", line.getAttributes().getNamedItem("points").getNodeValue());
    assertEquals(1, svg.getElementsByTagName("circle").getLength());
    assertTrue(chart.svg().contains("a &lt; b &amp; c"));
  }

  @ParameterizedTest
  @CsvSource({"88.2,92.1,88,92.5", "0,1,0,1", "20,100,20,100", "3,3,3,3.2"})
  void axesEndAtRoundNumbers(double least, double most, double from, double to) {
    Axis axis = Axis.around("x", least, most);
    assertTrue(axis.from() <= least && axis.to() >= most, axis.toString());
    assertEquals(from, axis.from(), 1e-9);
    assertEquals(to, axis.to(), 1e-9);
  }

  @Test
  void refusesWhatItCannotDraw() {
    assertThrows(IllegalArgumentException.class, () -> new Axis("x", 1, 1));
    Axis axis = new Axis("x", 0, 1);
    List<Series> seven = Collections.nCopies(7, RISING);
    assertThrows(IllegalArgumentException.class, () -> new LineChart("t", axis, axis, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new LineChart("t", axis, axis, seven));
  }
}
