package io.coterie.cli.help;

import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code coterie man}. */
@Command(
    name = "man",
    description = "Prints the manual page of all commands.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:  coterie man | man -l -"})
public final class ManCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    byte[] page = ManPage.of(spec.root()).getBytes(StandardCharsets.US_ASCII);
    System.out.write(page, 0, page.length);
    System.out.flush();
  }
}
