package io.coterie.agent.capture;

import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Where pictures come from, when, and for which deployment.
 *
 * @param everyMs how often; empty where only a trigger takes pictures
 * @param timeoutMs how long one picture may take
 */
public record CameraSettings(
    String deployment, Origin origin, OptionalLong everyMs, long timeoutMs) {
  /** How long one picture may take where nothing is said. */
  public static final long TIMEOUT_MS = 10_000;

  private static final long FASTEST_MS = 20;
  private static final long SLOWEST_MS = 86_400_000;
  private static final long LONGEST_MS = 120_000;

  public sealed interface Origin {}

  /** A program and its arguments, which prints one JPEG or PNG and ends. */
  public record Command(List<String> words) implements Origin {
    public Command {
      words = Check.list(words, "command");
      if (words.isEmpty()) {
        throw new IllegalArgumentException("must name a program: command=[]");
      }
    }

    @Override
    public String toString() {
      return String.join(" ", words);
    }
  }

  /** A folder into which something else puts JPEG and PNG files. */
  public record Folder(Path path) implements Origin {
    public Folder {
      Check.present(path, "folder");
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  public CameraSettings {
    Topics.checkName(deployment, "deployment");
    Check.present(origin, "command or folder");
    if (everyMs.isPresent()) {
      Check.range(everyMs.getAsLong(), FASTEST_MS, SLOWEST_MS, "everyMs");
    }
    Check.range(timeoutMs, 1, LONGEST_MS, "timeoutMs");
  }
}
