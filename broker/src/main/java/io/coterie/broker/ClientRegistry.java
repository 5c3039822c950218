package io.coterie.broker;

import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import io.coterie.broker.Authenticator.Principal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who is connected. A client identifier belongs to the user that connected with it until that
 * connection ends, so that nobody can push another user's client out.
 *
 * <p>Thread-safe.
 */
final class ClientRegistry {
  private static final String ATTRIBUTE = "coterie-client";

  /** How many that left are remembered: what they said last may still be on its way in. */
  private static final int MAX_RECENTLY_CLOSED = 1_024;

  /** One connection of a client. */
  static final class ClientConnection {
    private final String clientId;
    private final Principal principal;
    private final Map<Integer, List<String>> requested = new ConcurrentHashMap<>();
    private final Set<String> subscribed = ConcurrentHashMap.newKeySet();
    private volatile boolean revoked;

    private ClientConnection(String clientId, Principal principal) {
      this.clientId = clientId;
      this.principal = principal;
    }

    /** What the client may do at this moment. */
    boolean mayPublish(String topic, boolean retained) {
      return !revoked && principal.authorizer().mayPublish(topic, retained);
    }

    /** As {@link #mayPublish}. */
    boolean maySubscribe(String filter) {
      return !revoked && principal.authorizer().maySubscribe(filter);
    }

    /** The client asked for what these filters cover, in the packet of this number. */
    void requested(int packet, List<String> filters) {
      requested.put(packet, filters);
    }

    /**
     * It gets them from now on.
     *
     * @param granted whether so, for each of the packet's filters
     */
    void acknowledged(int packet, List<Boolean> granted) {
      List<String> filters = requested.remove(packet);
      for (int i = 0; filters != null && i < Math.min(filters.size(), granted.size()); i++) {
        if (granted.get(i)) {
          subscribed.add(filters.get(i));
        }
      }
    }

    /** It asked for them no more. */
    void unsubscribed(List<String> filters) {
      filters.forEach(subscribed::remove);
    }

    private boolean isSubscribed(String clientPrefix, String filter) {
      return clientId.startsWith(clientPrefix) && subscribed.contains(filter);
    }

    /** Whether the will is the client's to leave: also that of one who was disconnected. */
    boolean mayPublishWill(String topic, boolean retained) {
      return principal.authorizer().mayPublish(topic, retained);
    }
  }

  private final Map<String, ClientConnection> byClientId = new ConcurrentHashMap<>();
  private final Map<String, ClientConnection> byConnection = new ConcurrentHashMap<>();
  private final Map<String, ClientConnection> recentlyClosed =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, ClientConnection> eldest) {
              return size() > MAX_RECENTLY_CLOSED;
            }
          });
  private final AtomicLong connections = new AtomicLong();

  /** Notes the client; false if another user is connected with this client identifier. */
  boolean register(String clientId, Principal principal, ConnectionInformation connection) {
    ClientConnection client = new ClientConnection(clientId, principal);
    ClientConnection present =
        byClientId.merge(
            clientId,
            client,
            (old, young) -> old.principal.name().equals(young.principal.name()) ? young : old);
    if (present != client) {
      return false;
    }
    String key = Long.toString(connections.incrementAndGet());
    byConnection.put(key, client);
    connection.getConnectionAttributeStore().putAsString(ATTRIBUTE, key);
    return true;
  }

  /** Whose connection it is, or was until a moment ago. */
  Optional<ClientConnection> connectionOf(ConnectionInformation connection) {
    return connection
        .getConnectionAttributeStore()
        .getAsString(ATTRIBUTE)
        .map(
            key ->
                Optional.ofNullable(byConnection.get(key))
                    .orElseGet(() -> recentlyClosed.get(key)));
  }

  /** Whether a client whose identifier begins so has a subscription to exactly this filter. */
  boolean anySubscribed(String clientPrefix, String filter) {
    return byConnection.values().stream()
        .anyMatch(client -> client.isSubscribed(clientPrefix, filter));
  }

  /** Whoever used the connection that has ended is gone. */
  Optional<ClientConnection> deregister(ConnectionInformation connection) {
    Optional<String> key = connection.getConnectionAttributeStore().getAsString(ATTRIBUTE);
    Optional<ClientConnection> stay = key.map(byConnection::get);
    stay.ifPresent(
        closed -> {
          // In this order: who is asked about in between is found in either.
          recentlyClosed.put(key.get(), closed);
          byConnection.remove(key.get());
          byClientId.remove(closed.clientId, closed);
        });
    return stay;
  }

  /** From now on the user may do nothing; returns its client identifiers. */
  List<String> disconnectUser(String userName) {
    List<ClientConnection> stays =
        byConnection.values().stream().filter(s -> s.principal.name().equals(userName)).toList();
    stays.forEach(client -> client.revoked = true);
    synchronized (recentlyClosed) {
      recentlyClosed.values().stream()
          .filter(client -> client.principal.name().equals(userName))
          .forEach(client -> client.revoked = true);
    }
    return stays.stream().map(client -> client.clientId).distinct().toList();
  }
}
