package io.coterie.cli.hub;

import io.coterie.orchestrator.HomeAssistantLink;
import io.coterie.protocol.bus.MessageBus;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Whether a hub announces its fleet to Home Assistant. */
final class HomeOption {
  @Option(
      names = "--no-homeassistant",
      description =
          "do not announce deployments and agents to Home Assistant, below homeassistant/device")
  private boolean off;

  /**
   * Starts announcing where that is wanted and this hub has an orchestrator.
   *
   * @param rest closes the rest of the hub
   * @return what closes both
   */
  Runnable start(Runnable rest, HubOptions options, Supplier<MessageBus> bus) {
    if (off || !options.roles().contains(HubOptions.Role.ORCHESTRATOR)) {
      return rest;
    }
    HomeAssistantLink link = new HomeAssistantLink(options.topics(), options.id(), bus.get());
    link.start();
    return () -> {
      link.close();
      rest.run();
    };
  }
}
