package io.coterie.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/**
 * The script {@code deploy/flash} on boot partitions as Raspberry Pi OS and its Imager make them.
 */
@Tag("process")
final class FlashTest {
  private static final String SERVICE = "coterie-install.service";

  @TempDir Path folder;
  private Path boot;

  private record Outcome(int code, String output) {}

  @BeforeEach
  void prepare() throws IOException {
    boot = Files.createDirectory(folder.resolve("boot"));
    write("boot/cmdline.txt", "console=tty1 root=PARTUUID=1234-02 rootwait\n");
    write("kitchen.token", "coterie1-eyJ4Ijoi_-\n");
    write("coterie-agent_0.1.0_arm64.deb", "a package");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private String read(String name) throws IOException {
    return Files.readString(boot.resolve(name));
  }

  private Outcome flash(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of("../deploy/flash").toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    return new Outcome(process.exitValue(), output);
  }

  private void flashed(String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of("--token", "kitchen.token", "--package", "coterie-agent_0.1.0_arm64.deb"));
    arguments.addAll(List.of(more));
    arguments.add("boot");
    Outcome outcome = flash(arguments.toArray(new String[0]));
    assertEquals(0, outcome.code(), outcome.output());
  }

  private Map<String, Object> userData() throws IOException {
    String text = read("user-data");
    assertTrue(text.startsWith("#cloud-config\n"), text);
    return new Yaml().load(text);
  }

  private static List<?> steps(Map<String, Object> userData) {
    return (List<?>) userData.get("runcmd");
  }

  @Test
  void tellsCloudInitWhatToInstall() throws Exception {
    write("boot/user-data", "#cloud-config\n# hostname: raspberrypi\n");
    flashed("--id", "kitchen_1");
    assertEquals("kitchen-1", userData().get("hostname"));
    assertEquals(1, steps(userData()).size());
    assertTrue(steps(userData()).get(0).toString().contains(SERVICE));
    assertTrue(read("meta-data").startsWith("instance-id: "));
    assertTrue(read("coterie/agent.env").contains("COTERIE_AGENT_OPTIONS=--id kitchen_1\n"));
    assertEquals("coterie1-eyJ4Ijoi_-\n", read("coterie/token"));
    assertFalse(read("cmdline.txt").contains("systemd.run"));
  }

  @Test
  void addsToWhatImagerWroteForCloudInit() throws Exception {
    write(
        "boot/user-data",
        "#cloud-config\nhostname: porch\nruncmd:\n- [ rfkill, unblock, wifi ]\nusers:\n- name: me\n");
    write("boot/meta-data", "instance-id: rpi\n");
    flashed("--id", "kitchen");
    assertEquals("porch", userData().get("hostname"));
    assertEquals(2, steps(userData()).size());
    assertTrue(steps(userData()).get(0).toString().contains(SERVICE));
    assertEquals(List.of(Map.of("name", "me")), userData().get("users"));
    assertEquals("instance-id: rpi\n", read("meta-data"));
  }

  @Test
  void addsStepsWhereThereWereNone() throws Exception {
    write("boot/user-data", "#cloud-config\nusers:\n- name: me\n");
    flashed();
    assertEquals(1, steps(userData()).size());
    String once = read("user-data");
    flashed();
    assertEquals(once, read("user-data"), "the second time changes nothing");
  }

  @Test
  void refusesStepsThatItCannotAddTo() throws Exception {
    String data = "#cloud-config\nruncmd: [ [ ls ] ]\n";
    write("boot/user-data", data);
    Outcome outcome =
        flash("--token", "kitchen.token", "--package", "coterie-agent_0.1.0_arm64.deb", "boot");
    assertEquals(1, outcome.code());
    assertTrue(outcome.output().contains("by hand"), outcome.output());
    assertEquals(data, read("user-data"));
  }

  @Test
  void runsAtTheFirstStartOfBookworm() throws Exception {
    flashed("--id", "kitchen", "--options", "--threads 2");
    assertEquals(
        "console=tty1 root=PARTUUID=1234-02 rootwait systemd.run=/boot/firmware/firstrun.sh"
            + " systemd.run_success_action=reboot systemd.unit=kernel-command-line.target\n",
        read("cmdline.txt"));
    String script = read("firstrun.sh");
    assertTrue(script.contains("set_hostname kitchen\n"), script);
    assertTrue(script.indexOf(SERVICE) < script.indexOf("rm -f"), script);
    assertTrue(read("coterie/agent.env").contains("=--id kitchen --threads 2\n"));
  }

  @Test
  void addsToWhatImagerWroteForBookworm() throws Exception {
    String line =
        "console=tty1 systemd.run=/boot/firstrun.sh systemd.unit=kernel-command-line.target\n";
    write("boot/cmdline.txt", line);
    write("boot/firstrun.sh", "#!/bin/bash\nset +e\necho wifi\nrm -f /boot/firstrun.sh\nexit 0\n");
    flashed();
    List<String> script = Files.readAllLines(boot.resolve("firstrun.sh"));
    assertTrue(script.get(3).contains(SERVICE), script.toString());
    assertEquals("rm -f /boot/firstrun.sh", script.get(4));
    assertEquals(line, read("cmdline.txt"));
  }

  @Test
  void givesTheBoardItsFile() throws Exception {
    write("board.json", "{\"led\":{\"pin\":17}}");
    flashed("--board", "board.json");
    assertEquals("{\"led\":{\"pin\":17}}", read("coterie/board.json"));
    // Where the service finds it by itself, for root's eyes only: a camera may have a password.
    assertTrue(
        read("coterie/install")
            .contains("install -m 600 \"$here/board.json\" /etc/coterie/board.json"));
    assertFalse(read("coterie/agent.env").contains("--board"));
    String installs = read("coterie/install");
    assertEquals(0, shell("sh", "-n", boot.resolve("coterie/install")), installs);
  }

  @Test
  void describesAnImageForImager() throws Exception {
    write("os.img", "an image");
    Outcome outcome = flash("--manifest", "os.img");
    assertEquals(0, outcome.code(), outcome.output());
    JsonObject root = JsonParser.parseString(outcome.output()).getAsJsonObject();
    JsonObject image = root.getAsJsonArray("os_list").get(0).getAsJsonObject();
    assertEquals(8, image.get("extract_size").getAsInt());
    assertEquals(8, image.get("image_download_size").getAsInt());
    assertEquals("cloudinit-rpi", image.get("init_format").getAsString());
    assertTrue(image.get("url").getAsString().startsWith("file:///"));
    assertEquals(64, image.get("extract_sha256").getAsString().length());
  }

  @Test
  void saysWhatIsWrongAndTouchesNothing() throws Exception {
    write("other.deb_amd64.deb", "x");
    write("no.token", "hello");
    String[][] wrong = {
      {"say where", "--token", "kitchen.token"},
      {"there is no cmdline.txt", "--token", "kitchen.token", "."},
      {"say which join token", "boot"},
      {"no join token in no.token", "--token", "no.token", "boot"},
      {"no join token in absent", "--token", "absent", "boot"},
      {"say which package", "--token", "kitchen.token", "boot"},
      {"for arm64", "--token", "kitchen.token", "--package", "other.deb_amd64.deb", "boot"},
      {"--format must be", "--format", "dos", "boot"},
      {"unknown option --wifi", "--wifi", "x", "boot"},
      {"--token needs a value", "--token"},
      {"no image at absent", "--manifest", "absent"},
    };
    for (String[] one : wrong) {
      Outcome outcome = flash(List.of(one).subList(1, one.length).toArray(new String[0]));
      assertEquals(1, outcome.code(), one[0]);
      assertTrue(outcome.output().contains(one[0]), outcome.output());
    }
    assertFalse(Files.exists(boot.resolve("coterie")));
  }

  private static int shell(String program, String option, Path file) throws Exception {
    return new ProcessBuilder(program, option, file.toString()).start().waitFor();
  }
}
