package io.coterie.cli;

import static io.coterie.cli.CommandsTest.assertFails;
import static io.coterie.cli.CommandsTest.words;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.bundle.ExitBundles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands that say who may come in, and whose bundles are used. */
final class AccessCommandsTest {
  @TempDir Path folder;

  @Test
  void saysWhatIsWrongWithCredentials() {
    String state = " --state " + folder;
    assertFails(
        "no hub with state in " + folder + " has let other machines in yet",
        words("credential add cam --role publisher" + state));
    assertFails("there is no credential cam", words("credential revoke cam" + state));
    assertFails("neither a join token nor a file: x", words("agent --id a --join x"));
    assertFails(
        "--join: the join token is incomplete or mistyped",
        words("agent --id a --join coterie1-eyJi"));
    assertFails("--credential: no credential file /nowhere", words("watch --credential /nowhere"));
    assertFails("say who there is", words("deploy-acl"));
    assertFails("a user has one role only: a", words("deploy-acl --agent a --viewer a"));
    assertFails("user name=a/b", words("deploy-acl --agent a/b"));
    assertFails("--plain and --open exclude each other", words("up --plain --open" + state));
  }

  @Test
  void signsBundlesAndRefusesThoseThatOthersSigned() throws Exception {
    Path bundle = folder.resolve("bundle");
    ExitBundles.write(bundle, ExitBundles.manifest());
    String ours = folder.resolve("ours").toString();
    String others = folder.resolve("others").toString();
    assertSucceeds(words("bundle keygen " + ours));
    assertSucceeds(words("bundle keygen " + others));
    assertFails("is there already", words("bundle keygen " + ours));
    String verify = "bundle verify " + bundle + " --trusted-key " + ours + ".pub";
    assertFails("the bundle is not signed", words(verify));
    assertSucceeds(words("bundle sign " + bundle + " --key " + others));
    assertFails("signed with a key that is not trusted here", words(verify));
    assertSucceeds(words("bundle sign " + bundle + " --key " + ours));
    assertSucceeds(words(verify));
    assertFails("holds no PUBLIC KEY", words("up --trusted-key " + ours));
  }

  private static void assertSucceeds(String... arguments) {
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine().setErr(new PrintWriter(err, true));
    assertEquals(0, line.execute(arguments), err.toString());
  }
}
