package io.coterie.cli.training;

import io.coterie.cli.BundleOpener;
import io.coterie.cli.CommandException;
import io.coterie.protocol.access.SecretFile;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.ContentStore;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.ManifestSignature;
import io.coterie.protocol.bundle.TrustedKeys;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coterie bundle keygen} and {@code sign}. */
final class BundleSigning {
  private BundleSigning() {}

  /** {@code coterie bundle keygen}. */
  @Command(
      name = "keygen",
      description = "Makes a pair of keys: FILE signs bundles, FILE.pub is for --trusted-key.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:  coterie bundle keygen signing.key"})
  static final class KeyGen implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "for the private key, mode 0600")
    private Path file;

    @Override
    public Integer call() {
      Path open = file.resolveSibling(file.getFileName() + ".pub");
      if (Files.exists(file) || Files.exists(open)) {
        throw new CommandException(file + " is there already: choose another name");
      }
      KeyPair pair = TrustedKeys.generate();
      try {
        SecretFile.write(file, TrustedKeys.pem(pair.getPrivate()));
        ContentStore.writeAtomically(open, TrustedKeys.pem(pair.getPublic()));
      } catch (IOException e) {
        throw new CommandException("cannot write " + file + ": " + e.getMessage());
      }
      System.out.println("wrote " + file + " (keep it secret) and " + open);
      return 0;
    }
  }

  /** {@code coterie bundle sign}. */
  @Command(
      name = "sign",
      description = "Signs a bundle's manifest, which fixes all of its files; its digest changes.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:  coterie bundle sign my-bundle --key signing.key"})
  static final class Sign implements Callable<Integer> {
    @Parameters(paramLabel = "BUNDLE", description = "folder or .zip file")
    private Path path;

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "private key")
    private Path key;

    @Override
    public Integer call() {
      Bundle bundle = BundleOpener.open(path);
      try {
        PrivateKey secret = TrustedKeys.readPrivate(key);
        byte[] manifest = bundle.content().get(bundle.digest());
        write(ManifestSignature.sign(manifest, secret));
      } catch (IOException e) {
        throw new CommandException("cannot sign " + path + ": " + e.getMessage());
      }
      System.out.println("signed " + path + ", digest " + BundleOpener.open(path).digest());
      return 0;
    }

    private void write(byte[] manifest) throws IOException {
      if (Files.isDirectory(path)) {
        ContentStore.writeAtomically(path.resolve(Manifest.FILE_NAME), manifest);
        return;
      }
      try (FileSystem zip = FileSystems.newFileSystem(path)) {
        Files.write(zip.getPath("/" + Manifest.FILE_NAME), manifest);
      }
    }
  }
}
