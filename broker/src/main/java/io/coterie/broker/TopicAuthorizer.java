package io.coterie.broker;

/**
 * Decides what one client may publish and subscribe to. Called on broker threads for every message:
 * must not block.
 */
public interface TopicAuthorizer {
  /** Whether the client may publish to the topic, retained if {@code retained} is set. */
  boolean mayPublish(String topic, boolean retained);

  /** Whether the client may subscribe to everything that the filter covers. */
  boolean maySubscribe(String filter);

  /** Permits everything. */
  static TopicAuthorizer all() {
    return new TopicAuthorizer() {
      @Override
      public boolean mayPublish(String topic, boolean retained) {
        return true;
      }

      @Override
      public boolean maySubscribe(String filter) {
        return true;
      }
    };
  }

  /** Permits nothing: the client may only be connected. */
  static TopicAuthorizer none() {
    return new TopicAuthorizer() {
      @Override
      public boolean mayPublish(String topic, boolean retained) {
        return false;
      }

      @Override
      public boolean maySubscribe(String filter) {
        return false;
      }
    };
  }
}
