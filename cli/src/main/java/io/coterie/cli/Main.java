package io.coterie.cli;

import io.coterie.agent.boot.AgentCommand;
import io.coterie.cli.access.CredentialCommand;
import io.coterie.cli.access.DeployAclCommand;
import io.coterie.cli.bench.BenchCommand;
import io.coterie.cli.chaos.ChaosCommand;
import io.coterie.cli.demo.DemoCommand;
import io.coterie.cli.doctor.DoctorCommand;
import io.coterie.cli.fleet.BoardCommand;
import io.coterie.cli.fleet.DeployCommand;
import io.coterie.cli.fleet.PlanCommand;
import io.coterie.cli.fleet.SendCommand;
import io.coterie.cli.fleet.UndeployCommand;
import io.coterie.cli.help.CompletionCommand;
import io.coterie.cli.help.ManCommand;
import io.coterie.cli.hub.UpCommand;
import io.coterie.cli.training.BundleCommand;
import io.coterie.cli.training.DataCommand;
import io.coterie.cli.training.EvaluateCommand;
import io.coterie.cli.training.SplitCommand;
import io.coterie.cli.training.TrainCommand;
import io.coterie.cli.watch.WatchCommand;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.RolloutRule;
import io.coterie.protocol.runtime.FatalErrors;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command {@code coterie}. */
@Command(
    name = "coterie",
    description = "Failure-resilient neural-network inference on a handful of boards, over MQTT.",
    mixinStandardHelpOptions = true,
    versionProvider = Release.class,
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      AgentCommand.class,
      CredentialCommand.class,
      DeployAclCommand.class,
      DeployCommand.class,
      UndeployCommand.class,
      PlanCommand.class,
      SendCommand.class,
      WatchCommand.class,
      BoardCommand.class,
      TrainCommand.class,
      SplitCommand.class,
      EvaluateCommand.class,
      DataCommand.class,
      BundleCommand.class,
      BenchCommand.class,
      ChaosCommand.class,
      DoctorCommand.class,
      CompletionCommand.class,
      ManCommand.class
    },
    footer = {"", "Start with:  ./coterie demo", "Run the tests with:  ./coterie test"})
public final class Main implements Runnable {
  /** Commands that run for long and tell what happens to them. */
  private static final Set<String> SERVICES = Set.of("up", "agent");

  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    FatalErrors.endProcess();
    if (System.getProperty("coterie.log") == null) {
      boolean service = args.length > 0 && SERVICES.contains(args[0]);
      System.setProperty("coterie.log", service ? "INFO" : "ERROR");
    }
    System.exit(commandLine().execute(args));
  }

  /** The command with everything below it. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(DurationArgument.class, DurationArgument::parse);
    line.registerConverter(Strategy.class, text -> parsed(text, Strategy::parse));
    line.registerConverter(RolloutRule.Mode.class, text -> parsed(text, RolloutRule.Mode::parse));
    line.registerConverter(ExitPolicy.class, text -> parsed(text, ExitPolicy::parse));
    line.setExecutionExceptionHandler(CommandException::report);
    return line;
  }

  private static <T> T parsed(String text, Function<String, T> parser) {
    try {
      return parser.apply(text.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do.");
  }
}
