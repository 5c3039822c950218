package io.coterie.client.discovery;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.jmdns.JmDNS;
import javax.jmdns.ServiceEvent;
import javax.jmdns.ServiceInfo;
import javax.jmdns.ServiceListener;

/**
 * mDNS by JmDNS, which is loaded with this class and not before: most boards never look for
 * anybody.
 */
final class Mdns {
  /** Hubs answer within a second; lost packets are asked for again. */
  private static final long LOOK_MS = 3_000;

  /** Nobody is made to remember more announcements than that. */
  private static final int MOST_HEARD = 64;

  private Mdns() {}

  /**
   * Announces services on one interface until it is closed, which takes two seconds, and fifteen
   * where the interface's address is gone.
   *
   * @param lost called when it cannot go on
   * @throws IOException if there is no socket for that
   */
  static Closeable announce(Link link, HubAnnouncement announcement, Runnable lost)
      throws IOException {
    JmDNS mdns = JmDNS.create(address(link), announcement.host(link.name()));
    mdns.setDelegate((which, services) -> lost.run());
    try {
      for (HubAnnouncement.Service service : announcement.services()) {
        String name = announcement.name(link.name());
        mdns.registerService(
            ServiceInfo.create(service.type(), name, service.port(), 0, 0, service.text()));
      }
      return mdns;
    } catch (IOException | RuntimeException e) {
      mdns.close();
      throw e;
    }
  }

  /**
   * Listens for hubs on some interfaces, for three seconds and at most two more for each of them.
   *
   * @throws IOException if there was no socket on any of them
   */
  static List<HubAdvert> look(List<Link> links) throws IOException, InterruptedException {
    List<Ear> ears = new ArrayList<>();
    Optional<IOException> trouble = Optional.empty();
    try {
      for (Link link : links) {
        try {
          ears.add(new Ear(link));
        } catch (IOException e) {
          trouble = Optional.of(e);
        }
      }
      if (ears.isEmpty() && trouble.isPresent()) {
        throw trouble.get();
      }
      if (!ears.isEmpty()) {
        boolean unused = new CountDownLatch(1).await(LOOK_MS, TimeUnit.MILLISECONDS);
      }
      return ears.stream().flatMap(ear -> ear.heard().stream()).distinct().toList();
    } finally {
      for (Ear ear : ears) {
        ear.close();
      }
    }
  }

  private static InetAddress address(Link link) throws IOException {
    return link.address().orElseThrow(() -> new IOException(link.name() + " has no address"));
  }

  /** What is announced on one interface. */
  private static final class Ear implements ServiceListener, Closeable {
    private final Link link;
    private final JmDNS mdns;
    private final Map<String, HubAdvert> heard = new ConcurrentHashMap<>();

    Ear(Link link) throws IOException {
      this.link = link;
      // The name is never announced: that would take longer than the look.
      mdns = JmDNS.create(address(link), "coterie-looks-" + ProcessHandle.current().pid());
      mdns.addServiceListener(HubAdvert.TYPE, this);
    }

    @Override
    public void serviceAdded(ServiceEvent event) {
      mdns.requestServiceInfo(event.getType(), event.getName(), true, 1);
    }

    @Override
    public void serviceRemoved(ServiceEvent event) {
      heard.remove(event.getName());
    }

    @Override
    public void serviceResolved(ServiceEvent event) {
      ServiceInfo info = event.getInfo();
      Optional<HubAdvert> advert =
          HubAdvert.read(
              text(info),
              info.getPort(),
              Arrays.asList(info.getInetAddresses()),
              link.name(),
              link.local());
      if (advert.isPresent() && heard.size() < MOST_HEARD) {
        heard.put(event.getName(), advert.get());
      }
    }

    private static Map<String, String> text(ServiceInfo info) {
      Map<String, String> text = new HashMap<>();
      for (String name : Collections.list(info.getPropertyNames())) {
        String value = info.getPropertyString(name);
        if (value != null) {
          text.put(name, value);
        }
      }
      return text;
    }

    List<HubAdvert> heard() {
      return List.copyOf(heard.values());
    }

    @Override
    public void close() throws IOException {
      mdns.close();
    }
  }
}
