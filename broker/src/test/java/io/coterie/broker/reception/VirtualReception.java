package io.coterie.broker.reception;

import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.simulation.VirtualLoop;
import io.coterie.protocol.topic.Topics;

/** The shipped filter of frames and results in front of a simulated broker. */
public final class VirtualReception {
  /** What identifiers of agents begin with. */
  private static final String AGENTS = "coterie-";

  private VirtualReception() {}

  /** Filters what the broker is given, until it is killed. */
  public static FrameResultFilter open(SimulatedBroker broker, Topics topics) {
    FrameResultFilter filter =
        new FrameResultFilter(
            topics,
            broker.bus(),
            topicFilter -> broker.isSubscribed(AGENTS, topicFilter),
            new VirtualLoop(broker.machine()));
    filter.start();
    broker.setPublishFilter(
        (client, message) -> !filter.watches(message.topic()) || filter.accepts(client, message));
    return filter;
  }
}
