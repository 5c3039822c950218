package io.coterie.agent.gpio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.agent.gpio.GpioSettings.Input;
import io.coterie.agent.gpio.GpioSettings.Led;
import io.coterie.agent.gpio.GpioSettings.Pull;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread around the pins, with real time. */
@Timeout(60)
final class PanelTest {
  private static final GpioSettings SETTINGS =
      new GpioSettings(
          Optional.of(new Led(17, false)),
          Optional.of(new Input(27, Pull.UP, 0)),
          Optional.of(new Input(22, Pull.DOWN, 0)),
          List.of(new GpioSettings.Output(24, false, "porch", Rule.parse("status == 'ok'"), 20)));

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final Map<Integer, Pins.Listener> inputs = new ConcurrentHashMap<>();

  private final class FakePins implements Pins {
    @Override
    public Pins.Output output(int pin, boolean high) {
      return level -> heard.add(pin + (level ? " on" : " off"));
    }

    @Override
    public boolean input(int pin, Pull pull, Listener listener) {
      inputs.put(pin, listener);
      return pull == Pull.UP;
    }

    @Override
    public void close() {
      heard.add("closed");
    }
  }

  private Panel panel(Panel.Opener opener) {
    return new Panel(
        "a", SETTINGS, () -> heard.add("drain"), () -> heard.add("capture"), heard::add, opener);
  }

  private void await(String wanted) throws InterruptedException {
    String next;
    do {
      next = heard.poll(30, TimeUnit.SECONDS);
      assertNotNull(next, "not heard: " + wanted);
    } while (!next.equals(wanted));
  }

  @Test
  void blinksTakesPicturesAndFollowsResults() throws Exception {
    try (Panel panel = panel(FakePins::new)) {
      await("17 on");
      await("17 off");
      inputs.get(22).changed(true);
      await("capture");
      panel.result("porch", "no JSON".getBytes(StandardCharsets.UTF_8));
      panel.result(
          "porch",
          """
          {"frame":"f","source":"s","status":"ok","label":"cat","index":1,"confidence":0.9,
           "portions":{"have":1,"of":1},"epoch":1,"latencyMs":1}
          """
              .getBytes(StandardCharsets.UTF_8));
      await("24 on");
      await("24 off");
    }
    await("closed");
  }

  @Test
  void aMissingGpioIsOneLineAndNothingElse() throws Exception {
    Panel panel =
        panel(
            () -> {
              throw new PinException("there is no /dev/gpiochip0 here: pins need a Raspberry Pi");
            });
    panel.seen(Condition.UNKNOWN);
    panel.identify();
    panel.result("porch", new byte[0]);
    panel.close();
    panel.close();
    assertEquals(
        List.of(
            "pins are not used, all else goes on: there is no /dev/gpiochip0 here: pins need a"
                + " Raspberry Pi"),
        List.copyOf(heard));
  }

  /** Whatever machine this is: it has pins, or says why not. */
  @Test
  void pinsOfThisMachineOpenOrTheReasonIsTold() {
    try (Pins pins = Pi4jPins.open()) {
      assertNotNull(pins);
    } catch (PinException e) {
      assertTrue(e.getMessage().matches(".*(/dev/gpiochip0|Pi4J).*"), e.getMessage());
    }
  }

  @Test
  void refusesPinsThatAreNoneOrUsedTwice() {
    Exception none = assertThrows(IllegalArgumentException.class, () -> new Led(1, false));
    assertEquals("must be 2 to 27, as in GPIO17: pin=1", none.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Led(28, false));
    Exception twice =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new GpioSettings(
                    Optional.of(new Led(17, false)),
                    Optional.of(new Input(17, Pull.UP, 50)),
                    Optional.empty(),
                    List.of()));
    assertEquals("pin 17 is used twice: give each its own", twice.getMessage());
  }
}
