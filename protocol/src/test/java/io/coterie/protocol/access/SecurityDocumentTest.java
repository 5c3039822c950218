package io.coterie.protocol.access;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.topic.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table in docs/security.md is the one in the code. */
final class SecurityDocumentTest {
  private static final Pattern NAME = Pattern.compile("\\{[a-z]+}");

  @ParameterizedTest
  @EnumSource(Role.class)
  void saysWhatEveryRoleMayDo(Role role) throws Exception {
    String row =
        "| `%s` | %s | %s |"
            .formatted(role.text(), cell(role.publishes()), cell(role.subscribes()));
    String document = Files.readString(Path.of("..", "docs", "security.md"));
    assertTrue(document.contains(row), row);
  }

  private static String cell(List<Grant> grants) {
    if (grants.isEmpty()) {
      return "nothing";
    }
    if (grants.size() == Topic.values().length) {
      return "everything of the fleet";
    }
    return grants.stream()
        .map(grant -> "`" + pattern(grant) + "`")
        .collect(Collectors.joining(", "));
  }

  private static String pattern(Grant grant) {
    String pattern = grant.topic().pattern();
    List<String> names = NAME.matcher(pattern).results().map(MatchResult::group).toList();
    return grant.own().isEmpty()
        ? pattern
        : pattern.replace(names.get(grant.own().getAsInt()), "NAME");
  }
}
