package io.coterie.protocol.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustedKeysTest {
  private static final byte[] MANIFEST = "{\n  \"name\": \"digits\"\n}\n".getBytes(UTF_8);

  @TempDir Path folder;

  private final KeyPair pair = TrustedKeys.generate();
  private final TrustedKeys trusted = new TrustedKeys(List.of(pair.getPublic()));
  private final byte[] signed = ManifestSignature.sign(MANIFEST, pair.getPrivate());

  @Test
  void usesWhatATrustedKeySigned() throws Exception {
    assertEquals(Optional.empty(), trusted.refuse(signed));
    assertEquals("digits", Json.read(signed, Map.class).get("name"), "readers see the manifest");
    assertArrayEquals(MANIFEST, ManifestSignature.bare(signed));
  }

  @Test
  void refusesWhatIsNotSigned() {
    assertTrue(trusted.refuse(MANIFEST).orElseThrow().contains("is not signed"));
    assertEquals(Optional.empty(), TrustedKeys.ANYBODY.refuse(MANIFEST));
  }

  @Test
  void refusesEveryChangeOfASingleByte() {
    for (int i = 0; i < signed.length; i++) {
      byte[] changed = signed.clone();
      changed[i] ^= 1;
      assertTrue(trusted.refuse(changed).isPresent(), "byte " + i);
    }
  }

  @Test
  void refusesAnothersSignature() {
    byte[] other = ManifestSignature.sign(MANIFEST, TrustedKeys.generate().getPrivate());
    assertTrue(trusted.refuse(other).orElseThrow().contains("not trusted"));
  }

  @Test
  void replacesAnEarlierSignature() {
    byte[] once = ManifestSignature.sign(MANIFEST, TrustedKeys.generate().getPrivate());
    assertArrayEquals(signed, ManifestSignature.sign(once, pair.getPrivate()));
  }

  @Test
  void readsKeysBackAndNamesFilesThatHoldNone() throws Exception {
    Path secret = folder.resolve("secret");
    Path open = folder.resolve("open");
    Files.write(secret, TrustedKeys.pem(pair.getPrivate()));
    Files.write(open, TrustedKeys.pem(pair.getPublic()));
    byte[] again = ManifestSignature.sign(MANIFEST, TrustedKeys.readPrivate(secret));
    assertEquals(Optional.empty(), TrustedKeys.read(List.of(open)).refuse(again));
    IOException e = assertThrows(IOException.class, () -> TrustedKeys.read(List.of(secret)));
    assertTrue(e.getMessage().contains("secret holds no PUBLIC KEY"), e.getMessage());
    assertThrows(IOException.class, () -> TrustedKeys.readPrivate(open));
  }
}
