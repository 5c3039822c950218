package io.coterie.broker;

/** What one client may do. Asked on broker threads for every message: must not block. */
public interface TopicAuthorizer {
  /** Whether it may publish to the topic, and have the message kept if it asks for that. */
  boolean mayPublish(String topic, boolean retained);

  /** Whether it may read everything that the filter covers. */
  boolean maySubscribe(String filter);

  /** For clients that are trusted with everything. */
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

  /** For clients that may be there and nothing else. */
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
