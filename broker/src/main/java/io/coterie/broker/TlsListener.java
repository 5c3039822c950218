package io.coterie.broker;

import java.nio.file.Path;

/**
 * Where the broker listens with TLS 1.2 or 1.3.
 *
 * @param bindAddress numeric address of an interface; {@code 0.0.0.0} for all
 * @param port 0 to 65535; 0 picks a free one
 * @param keyStore PKCS 12, with the listener's key and its chain
 * @param password of the key store
 */
public record TlsListener(String bindAddress, int port, Path keyStore, String password) {
  public TlsListener {
    BrokerOptions.checkAddress(bindAddress);
    BrokerOptions.checkPort(port, "tlsPort");
  }

  /** The same at another place. */
  TlsListener at(String address, int otherPort) {
    return new TlsListener(address, otherPort, keyStore, password);
  }

  @Override
  public String toString() {
    return "TlsListener[bindAddress=" + bindAddress + ", port=" + port + "]";
  }
}
