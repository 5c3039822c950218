package io.coterie.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;

/** A key store that is read again when its file was replaced. Thread-safe. */
final class RenewedKeyStore extends KeyStore.Builder {
  private final Path file;
  private final char[] password;
  private FileTime read;
  private KeyStore keys;

  RenewedKeyStore(Path file, String password) {
    this.file = file;
    this.password = password.toCharArray();
  }

  /** What the file holds now. */
  @Override
  public synchronized KeyStore getKeyStore() throws KeyStoreException {
    try {
      FileTime changed = Files.getLastModifiedTime(file);
      if (!changed.equals(read)) {
        keys = KeyStore.getInstance(file.toFile(), password);
        read = changed;
      }
      return keys;
    } catch (IOException | GeneralSecurityException e) {
      throw new KeyStoreException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public KeyStore.ProtectionParameter getProtectionParameter(String alias) {
    return new KeyStore.PasswordProtection(password);
  }
}
