package io.coterie.cli.training;

import io.coterie.agent.boot.TrustOption;
import io.coterie.cli.BundleOpener;
import io.coterie.cli.CommandException;
import io.coterie.models.evaluation.PipelinePrinter;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.PatternAccuracy;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Segment;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.json.Json;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coterie bundle}. */
@Command(
    name = "bundle",
    description = "Looks into bundles, and signs them.",
    mixinStandardHelpOptions = true,
    subcommands = {
      BundleCommand.Inspect.class,
      BundleCommand.Verify.class,
      BundleSigning.KeyGen.class,
      BundleSigning.Sign.class
    },
    synopsisSubcommandLabel = "(inspect | verify | keygen | sign)",
    footer = {"", "Example:  coterie bundle inspect models/zoo/meter-digits"})
public final class BundleCommand {
  /** {@code coterie bundle verify}. */
  @Command(
      name = "verify",
      description = "Checks the manifest, the digest of every file, and the signature.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:  coterie bundle verify my-bundle.zip --trusted-key signing.key.pub"})
  static final class Verify implements Callable<Integer> {
    @Mixin private TrustOption trust;

    @Parameters(paramLabel = "BUNDLE", description = "folder or .zip file")
    private Path path;

    @Override
    public Integer call() {
      Bundle bundle = BundleOpener.open(path);
      Optional<String> refused = keys().refuse(bundle.content().get(bundle.digest()));
      if (refused.isPresent()) {
        throw new CommandException(path + ": " + refused.get());
      }
      long bytes = bundle.content().values().stream().mapToLong(content -> content.length).sum();
      System.out.printf(
          "%s is sound: %d files, %d bytes, digest %s%n",
          path, bundle.content().size(), bytes, bundle.digest());
      return 0;
    }

    private TrustedKeys keys() {
      try {
        return trust.keys();
      } catch (IllegalArgumentException e) {
        throw new CommandException(e.getMessage());
      }
    }
  }

  /** {@code coterie bundle inspect}. */
  @Command(
      name = "inspect",
      description = "Shows what a bundle holds, how good it is, and how it was made.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:  coterie bundle inspect models/zoo/meter-digits"})
  static final class Inspect implements Callable<Integer> {
    @Parameters(paramLabel = "BUNDLE", description = "folder or .zip file")
    private Path path;

    @Option(names = "--json", description = "print the manifest as JSON")
    private boolean json;

    @Override
    public Integer call() {
      Bundle bundle = BundleOpener.open(path);
      if (json) {
        System.out.println(Json.write(bundle.manifest()));
      } else {
        print(bundle, System.out);
      }
      return 0;
    }

    private static void print(Bundle bundle, PrintStream out) {
      Manifest manifest = bundle.manifest();
      out.printf("%s  digest %s%n", manifest.name(), bundle.digest());
      out.printf(
          "input   %d x %d x %d%n",
          manifest.input().channels(), manifest.input().height(), manifest.input().width());
      out.printf("labels  %s%n", String.join(", ", manifest.labels()));
      out.printf(
          Locale.ROOT,
          "teacher %s: %.3f M parameters, %.1f MFLOP, test accuracy %.2f %%%n",
          manifest.teacher().name(),
          manifest.teacher().parameters() / 1e6,
          manifest.teacher().flops() / 1e6,
          100 * manifest.teacher().test());
      manifest.partitionings().forEach(partitioning -> print(partitioning, out));
      manifest.pipelines().forEach(pipeline -> print(pipeline, out));
      new TreeMap<>(manifest.provenance())
          .forEach((name, value) -> out.printf("made    %s: %s%n", name, value));
    }

    private static void print(Pipeline pipeline, PrintStream out) {
      out.printf(
          Locale.ROOT,
          "pipeline %s: mdi-exit, %d exits, %.1f MFLOP, test accuracy %.2f %%, uncut %.2f %%%n",
          pipeline.name(),
          pipeline.exits(),
          pipeline.flopsTo(pipeline.exits()) / 1e6,
          100 * pipeline.policies().get(0).toTheEnd().test(),
          100 * pipeline.wholeTest());
      for (int k = 1; k <= pipeline.exits(); k++) {
        Segment segment = pipeline.segment(k);
        out.printf(
            Locale.ROOT,
            "        segment %d: %.1f MFLOP, %.0f KB, %.0f KB memory, passes on %s%n",
            k,
            segment.flops() / 1e6,
            segment.model().sizeBytes() / 1e3,
            segment.memoryBytes() / 1e3,
            PipelinePrinter.activation(segment.activation()));
      }
    }

    private static void print(Partitioning partitioning, PrintStream out) {
      out.printf(
          Locale.ROOT,
          "K=%d     %s, %d exits, normalised cut %.3f%n",
          partitioning.k(),
          partitioning.strategy().text(),
          partitioning.exits().size(),
          partitioning.ncut());
      for (int k = 0; k < partitioning.k(); k++) {
        Partition partition = partitioning.partitions().get(k);
        for (Student student : partition.students()) {
          out.printf(
              Locale.ROOT,
              "        partition %d: %d values, %s, %.3f M parameters, %.1f MFLOP, %.0f KB%n",
              k,
              partition.size(),
              student.name(),
              student.parameters() / 1e6,
              student.flops() / 1e6,
              student.sizeBytes() / 1e3);
        }
      }
      for (int exit = 0; exit < partitioning.exits().size(); exit++) {
        for (PatternAccuracy accuracy : partitioning.exits().get(exit).accuracy()) {
          out.printf(
              Locale.ROOT,
              "        exit %d, present %s: test accuracy %.2f %% %s%n",
              exit + 1,
              accuracy.present(),
              100 * accuracy.test(),
              accuracy.student());
        }
      }
    }
  }
}
