package io.coterie.broker;

import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import io.coterie.broker.Admission.Guest;
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
final class Guests {
  private static final String ATTRIBUTE = "coterie-guest";

  /** How many that left are remembered: what they said last may still be on its way in. */
  private static final int MOST_LEFT = 1_024;

  /** One connection's guest. */
  static final class Stay {
    private final String clientId;
    private final Guest guest;
    private final Map<Integer, List<String>> asked = new ConcurrentHashMap<>();
    private final Set<String> heard = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    private Stay(String clientId, Guest guest) {
      this.clientId = clientId;
      this.guest = guest;
    }

    /** What the guest may do at this moment. */
    boolean mayPublish(String topic, boolean retained) {
      return !over && guest.rights().mayPublish(topic, retained);
    }

    /** As {@link #mayPublish}. */
    boolean maySubscribe(String filter) {
      return !over && guest.rights().maySubscribe(filter);
    }

    /** The guest asked for what these filters cover, in the packet of this number. */
    void asked(int packet, List<String> filters) {
      asked.put(packet, filters);
    }

    /**
     * It gets them from now on.
     *
     * @param granted whether so, for each of the packet's filters
     */
    void confirmed(int packet, List<Boolean> granted) {
      List<String> filters = asked.remove(packet);
      for (int i = 0; filters != null && i < Math.min(filters.size(), granted.size()); i++) {
        if (granted.get(i)) {
          heard.add(filters.get(i));
        }
      }
    }

    /** It asked for them no more. */
    void ended(List<String> filters) {
      filters.forEach(heard::remove);
    }

    private boolean hears(String clientPrefix, String filter) {
      return clientId.startsWith(clientPrefix) && heard.contains(filter);
    }

    /** Whether the will is the guest's to leave: also that of one who was shown out. */
    boolean mayLeave(String topic, boolean retained) {
      return guest.rights().mayPublish(topic, retained);
    }
  }

  private final Map<String, Stay> byClientId = new ConcurrentHashMap<>();
  private final Map<String, Stay> byConnection = new ConcurrentHashMap<>();
  private final Map<String, Stay> left =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Stay> eldest) {
              return size() > MOST_LEFT;
            }
          });
  private final AtomicLong connections = new AtomicLong();

  /** Notes the guest; false if another user is connected with this client identifier. */
  boolean enter(String clientId, Guest guest, ConnectionInformation connection) {
    Stay stay = new Stay(clientId, guest);
    Stay present =
        byClientId.merge(
            clientId,
            stay,
            (old, young) -> old.guest.name().equals(young.guest.name()) ? young : old);
    if (present != stay) {
      return false;
    }
    String key = Long.toString(connections.incrementAndGet());
    byConnection.put(key, stay);
    connection.getConnectionAttributeStore().putAsString(ATTRIBUTE, key);
    return true;
  }

  /** Whose connection it is, or was until a moment ago. */
  Optional<Stay> at(ConnectionInformation connection) {
    return connection
        .getConnectionAttributeStore()
        .getAsString(ATTRIBUTE)
        .map(key -> Optional.ofNullable(byConnection.get(key)).orElseGet(() -> left.get(key)));
  }

  /** Whether a client whose identifier begins so has a subscription to exactly this filter. */
  boolean anyHears(String clientPrefix, String filter) {
    return byConnection.values().stream().anyMatch(stay -> stay.hears(clientPrefix, filter));
  }

  /** Whoever used the connection that has ended is gone. */
  Optional<Stay> leave(ConnectionInformation connection) {
    Optional<String> key = connection.getConnectionAttributeStore().getAsString(ATTRIBUTE);
    Optional<Stay> stay = key.map(byConnection::get);
    stay.ifPresent(
        gone -> {
          // In this order: who is asked about in between is found in either.
          left.put(key.get(), gone);
          byConnection.remove(key.get());
          byClientId.remove(gone.clientId, gone);
        });
    return stay;
  }

  /** From now on the user may do nothing; returns its client identifiers. */
  List<String> showOut(String userName) {
    List<Stay> stays =
        byConnection.values().stream().filter(s -> s.guest.name().equals(userName)).toList();
    stays.forEach(stay -> stay.over = true);
    synchronized (left) {
      left.values().stream()
          .filter(stay -> stay.guest.name().equals(userName))
          .forEach(stay -> stay.over = true);
    }
    return stays.stream().map(stay -> stay.clientId).distinct().toList();
  }
}
