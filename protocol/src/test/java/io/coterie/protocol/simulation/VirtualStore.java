package io.coterie.protocol.simulation;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.runtime.Store;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A machine's disk, which outlives its processes. */
public final class VirtualStore implements Store {
  private final Map<String, byte[]> content = new HashMap<>();
  private final Map<String, byte[]> files = new HashMap<>();

  @Override
  public Optional<byte[]> get(String digest) {
    return Optional.ofNullable(content.get(digest));
  }

  @Override
  public void put(byte[] bytes) {
    content.put(Digest.of(bytes), bytes);
  }

  @Override
  public Optional<byte[]> read(String name) {
    return Optional.ofNullable(files.get(name));
  }

  @Override
  public void write(String name, byte[] bytes) {
    files.put(name, bytes);
  }

  @Override
  public String putAside(String name) {
    throw new IllegalStateException("files are never damaged here: " + name);
  }

  @Override
  public String place() {
    return "virtual disk";
  }
}
