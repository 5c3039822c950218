package io.coterie.protocol.topic;

/** The topics of Home Assistant's discovery, which belong to no fleet. */
public final class HomeAssistant {
  /** Where it says {@code online} and {@code offline}. */
  public static final String STATUS = "homeassistant/status";

  /** Covers the topics on which devices are announced to it, retained. */
  public static final String DEVICES = "homeassistant/device/+/config";

  /** Covers everything it listens to before it knows a device. */
  public static final String ALL = "homeassistant/#";

  private HomeAssistant() {}

  /**
   * The topic on which a device is announced.
   *
   * @param id letters, digits, {@code _} and {@code -}
   * @throws IllegalArgumentException for another identifier
   */
  public static String device(String id) {
    if (!id.matches("[A-Za-z0-9_-]+")) {
      throw new IllegalArgumentException("must be letters, digits, '_', '-': id=" + id);
    }
    return DEVICES.replace("+", id);
  }
}
