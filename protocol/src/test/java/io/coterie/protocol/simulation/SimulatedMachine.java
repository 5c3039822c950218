package io.coterie.protocol.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A machine with one process on it, which crashes, freezes, and is started again; and its cable.
 *
 * <pre>
 * running --crash--> down --start--> running
 * running --freeze--> frozen --thaw--> running      what came and what was due meanwhile follows
 * whole   --cut--> cut --heal--> whole              connections outlive it, or are given up
 * </pre>
 */
public final class SimulatedMachine {
  /** Between two messages of those that have piled up. */
  private static final long READING_NS = VirtualTime.MS / 10;

  private final VirtualTime time;
  private final String name;
  private final List<Runnable> programs = new ArrayList<>();
  private final List<SimulatedBroker> brokers = new ArrayList<>();
  private final List<SimulatedClient> clients = new ArrayList<>();
  private final List<SimulatedLink> links = new ArrayList<>();
  private final Deque<Runnable> inbox = new ArrayDeque<>();
  private final Deque<Runnable> overdue = new ArrayDeque<>();
  private int life;
  private int stalls;
  private boolean up;
  private boolean frozen;
  private boolean reading;
  private boolean cut;
  private boolean powered = true;

  public SimulatedMachine(VirtualTime time, String name) {
    this.time = time;
    this.name = name;
  }

  public String name() {
    return name;
  }

  public VirtualTime time() {
    return time;
  }

  /** What the process does whenever it is started. */
  public void runs(Runnable program) {
    programs.add(program);
  }

  public boolean isUp() {
    return up;
  }

  public boolean isFrozen() {
    return frozen;
  }

  public boolean isCut() {
    return cut;
  }

  /** Whether it takes part in the network, if only to say that a port is closed. */
  boolean isReachable() {
    return powered && !cut;
  }

  /** Whether it runs, all its clients have a connection, and nothing has piled up. */
  public boolean isWell() {
    return up
        && !frozen
        && !cut
        && inbox.isEmpty()
        && clients.stream().allMatch(SimulatedClient::connected);
  }

  public void start() {
    if (!up) {
      up = true;
      powered = true;
      programs.forEach(Runnable::run);
    }
  }

  /** The process is killed: its connections end at once. */
  public void crash() {
    List<SimulatedClient> lost = List.copyOf(clients);
    end();
    brokers.forEach(broker -> broker.end(SimulatedClient::isToldOfTheEnd));
    lost.forEach(SimulatedClient::abandon);
  }

  /** The machine loses its power: nobody hears of it until its connections are given up. */
  public void losePower() {
    List<SimulatedClient> lost = List.copyOf(clients);
    end();
    powered = false;
    brokers.forEach(broker -> broker.end(SimulatedClient::hearsNothing));
    lost.forEach(SimulatedClient::vanish);
  }

  private void end() {
    up = false;
    frozen = false;
    reading = false;
    life++;
    inbox.clear();
    overdue.clear();
    clients.clear();
  }

  public void freeze() {
    if (up && !frozen) {
      frozen = true;
      stall();
    }
  }

  /** Timers that were due are first, or what came is. */
  public void thaw() {
    if (!frozen) {
      return;
    }
    frozen = false;
    stallIsOver();
    if (time.random().nextBoolean()) {
      List<Runnable> due = List.copyOf(overdue);
      overdue.clear();
      due.forEach(Runnable::run);
    } else {
      inbox.addAll(overdue);
      overdue.clear();
    }
    read();
  }

  public void cut() {
    if (!cut) {
      cut = true;
      stall();
      List<SimulatedClient> waiting = List.copyOf(clients);
      afterSilence(patienceNs(), () -> waiting.forEach(SimulatedClient::giveUp));
      for (SimulatedBroker broker : brokers) {
        broker.connections().forEach(one -> afterSilence(silenceNs(), () -> broker.close(one)));
      }
    }
  }

  /** What this end of its connections does where the cable stays cut. */
  private void afterSilence(long ns, Runnable action) {
    int stall = stalls;
    time.after(
        ns,
        () -> {
          if (cut && !frozen && stalls == stall) {
            action.run();
          }
        });
  }

  public void heal() {
    if (cut) {
      cut = false;
      stallIsOver();
      links.removeIf(SimulatedLink::isClosed);
      links.forEach(SimulatedLink::healed);
    }
  }

  /**
   * The broker gives a connection up after 1.5 x keep-alive of 2 s in which nothing came. Clients
   * of a broker here give it up as well.
   */
  private void stall() {
    int stall = stalls;
    List<Runnable> ends = clients.stream().map(SimulatedClient::endAtTheBroker).toList();
    time.after(
        silenceNs(),
        () -> {
          if (stalls == stall) {
            ends.forEach(Runnable::run);
          }
        });
    for (SimulatedBroker broker : brokers) {
      for (SimulatedConnection connection : broker.connections()) {
        time.after(
            patienceNs(),
            () -> {
              if (stalls == stall) {
                connection.client.giveUp(connection);
              }
            });
      }
    }
  }

  /** After which a client gives up a connection on which nothing comes. */
  long patienceNs() {
    return time.between(2_000, 4_000);
  }

  /** From the moment on in which a connection falls silent: the last ping is up to 2 s old. */
  long silenceNs() {
    return time.between(1_000, 3_000);
  }

  private void stallIsOver() {
    stalls++;
    if (cut || frozen) {
      stall();
    }
  }

  void add(SimulatedLink link) {
    links.add(link);
  }

  void add(SimulatedClient client) {
    clients.add(client);
  }

  void remove(SimulatedClient client) {
    clients.remove(client);
  }

  /** A broker in its process. */
  void add(SimulatedBroker broker) {
    brokers.add(broker);
  }

  /** Does something after a while, unless the process has ended; late where it is frozen. */
  public void after(long delayNs, Runnable action) {
    int mine = life;
    time.after(
        delayNs,
        () -> {
          if (life == mine) {
            if (frozen) {
              overdue.add(action);
            } else {
              action.run();
            }
          }
        });
  }

  /** Something arrives at the process. */
  void receive(Runnable action) {
    if (!up) {
      return;
    }
    if (frozen || reading) {
      inbox.add(action);
    } else {
      action.run();
    }
  }

  private void read() {
    reading = !inbox.isEmpty();
    if (reading) {
      int mine = life;
      time.after(
          READING_NS,
          () -> {
            if (life == mine && !frozen && !inbox.isEmpty()) {
              inbox.remove().run();
              read();
            }
          });
    }
  }
}
