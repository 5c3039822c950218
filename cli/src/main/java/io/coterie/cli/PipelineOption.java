package io.coterie.cli;

import io.coterie.protocol.message.PipelineRule;
import io.coterie.protocol.message.PipelineRule.Admission;
import io.coterie.protocol.message.PipelineRule.Topology;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** How a fleet runs a pipeline (strategy mdi-exit). */
public final class PipelineOption {
  private static final Pattern TOPOLOGY = Pattern.compile("(mesh|ring)(\\d{1,2})?");

  @Option(
      names = "--pipeline",
      paramLabel = "NAME",
      description = "with mdi-exit: which of the bundle's pipelines (default: its first)")
  private String pipeline;

  @Option(
      names = "--topology",
      paramLabel = "TOPOLOGY",
      description =
          "with mdi-exit: who may hand tasks to whom: mesh, every board to every other, or ring, to"
              + " the one before and after it by name (default: mesh). The demo also takes the"
              + " number of boards with it: mesh3, ring5")
  private String topology;

  @Option(
      names = "--neighbours",
      paramLabel = "LISTS",
      description =
          "with mdi-exit, instead of --topology: for each board those that it may hand tasks to,"
              + " such as a:b,c;b:a;c:")
  private String neighbours;

  @Option(
      names = "--source",
      paramLabel = "BOARD",
      description = "with mdi-exit: the board that takes the frames in (default: the strongest)")
  private String source;

  @Option(
      names = "--admission",
      paramLabel = "WHAT",
      description =
          "with mdi-exit: what gives way when more frames come than the boards can compute: rate,"
              + " frames beyond it are rejected, or threshold, frames leave earlier, as far as"
              + " --max-accuracy-loss allows (default: rate)")
  private Admission admission;

  /** The names of the options that the user gave. */
  List<String> given() {
    List<String> given = new ArrayList<>();
    if (pipeline != null) {
      given.add("--pipeline");
    }
    if (topology != null) {
      given.add("--topology");
    }
    if (neighbours != null) {
      given.add("--neighbours");
    }
    if (source != null) {
      given.add("--source");
    }
    if (admission != null) {
      given.add("--admission");
    }
    return given;
  }

  /** The number of boards that the topology names, such as 3 in mesh3. */
  OptionalInt boards() {
    String number = topology == null ? null : matched().group(2);
    return number == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(number));
  }

  private Matcher matched() {
    Matcher matcher = TOPOLOGY.matcher(topology);
    if (!matcher.matches()) {
      throw new CommandException(
          "--topology must be mesh or ring, such as mesh or ring5: " + topology);
    }
    return matcher;
  }

  /**
   * The rule.
   *
   * @throws CommandException if options do not fit together or one cannot be read
   */
  PipelineRule rule() {
    if (topology != null && neighbours != null) {
      throw new CommandException("--topology and --neighbours exclude each other: give one");
    }
    Map<String, List<String>> lists = neighbours == null ? Map.of() : lists();
    Topology kind = neighbours == null ? Topology.MESH : Topology.LIST;
    if (topology != null && matched().group(1).equals(Topology.RING.text())) {
      kind = Topology.RING;
    }
    try {
      return new PipelineRule(pipeline, kind, lists, source, admission, null);
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private Map<String, List<String>> lists() {
    Map<String, List<String>> lists = new TreeMap<>();
    for (String list : neighbours.split(";", -1)) {
      String[] parts = list.strip().split(":", -1);
      if (parts.length != 2 || parts[0].isBlank() || lists.containsKey(parts[0].strip())) {
        throw new CommandException(
            "--neighbours must be a list for each board, each once, such as a:b,c;b:a;c: but is "
                + neighbours);
      }
      lists.put(
          parts[0].strip(),
          Arrays.stream(parts[1].split(",", -1))
              .map(String::strip)
              .filter(b -> !b.isEmpty())
              .toList());
    }
    lists.forEach(
        (board, others) ->
            others.stream()
                .filter(other -> !lists.containsKey(other))
                .findFirst()
                .ifPresent(
                    other -> {
                      throw new CommandException(
                          "--neighbours: %s names %s, which has no list: add %s: with its neighbours"
                              .formatted(board, other, other));
                    }));
    return lists;
  }
}
