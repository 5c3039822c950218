package io.coterie.broker;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Makes sure that a port can be bound before the broker tries, which reports it badly. */
final class PortCheck {
  private PortCheck() {}

  /**
   * Returns the port, or a free one for 0.
   *
   * @param option the command line option that sets it, for the message
   */
  static int reserve(String bindAddress, int port, String option) throws BrokerException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(bindAddress), port));
      return socket.getLocalPort();
    } catch (BindException e) {
      throw new BrokerException(explain(bindAddress, port, option, String.valueOf(e.getMessage())));
    } catch (IOException e) {
      throw new BrokerException("cannot bind " + bindAddress + ":" + port + ": " + e.getMessage());
    }
  }

  private static String explain(String bindAddress, int port, String option, String reason) {
    if (reason.contains("in use")) {
      return "port "
          + port
          + " is taken: stop the other program that listens on it (perhaps another broker), or"
          + " choose another port with "
          + option;
    }
    if (reason.contains("ermission")) {
      return "port " + port + " needs more rights: choose one above 1023 with " + option;
    }
    return "cannot bind "
        + bindAddress
        + ":"
        + port
        + " ("
        + reason
        + "): choose an address of this machine with --bind";
  }
}
