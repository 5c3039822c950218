package io.coterie.orchestrator.home;

import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.ExitRule;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What may be set of a deployment, one thing at a time. */
enum Setting {
  /** {@code ON}, or {@code OFF} to pause it. */
  ENABLED {
    @Override
    DeploymentSpec apply(DeploymentSpec spec, String text) {
      if (!text.equals("ON") && !text.equals("OFF")) {
        throw new IllegalArgumentException("must be ON or OFF: enabled=" + shortened(text));
      }
      return spec.withPaused(text.equals("OFF"));
    }
  },

  /** Milliseconds. */
  DEADLINE {
    @Override
    DeploymentSpec apply(DeploymentSpec spec, String text) {
      double value = number(text);
      if (value != Math.rint(value)) {
        throw new IllegalArgumentException("must be whole milliseconds: deadline=" + value);
      }
      return spec.withObjectives((long) value, spec.successProbability());
    }
  },

  /** Percent: how surely every group is to answer. */
  SUCCESS {
    @Override
    DeploymentSpec apply(DeploymentSpec spec, String text) {
      double value = number(text);
      if (!(value >= 0 && value < 100)) {
        throw new IllegalArgumentException("must be percent, 0 to below 100: success=" + value);
      }
      return spec.withObjectives(spec.deadlineMs(), value / 100);
    }
  },

  /** Of the exit policy, fixed from then on: a latency target does not move it any more. */
  THRESHOLD {
    @Override
    DeploymentSpec apply(DeploymentSpec spec, String text) {
      double value = number(text);
      if (spec.strategy() == Strategy.ROCOIN) {
        throw new IllegalArgumentException("rocoin has no exits: threshold=" + value);
      }
      ExitRule rule = spec.exitRule();
      return spec.withStrategy(
          spec.strategy(),
          new ExitRule(rule.policy(), value, rule.maxAccuracyLoss(), null, rule.mode()));
    }
  };

  private static final int LONGEST = 32;

  /** The spec with another value of this; what is not possible is refused with the reason. */
  abstract DeploymentSpec apply(DeploymentSpec spec, String text);

  double number(String text) {
    String number = text.strip();
    if (number.length() > LONGEST || !number.matches("-?[0-9]+([.][0-9]+)?([eE]-?[0-9]+)?")) {
      throw new IllegalArgumentException("must be a number: " + text() + "=" + shortened(number));
    }
    return Double.parseDouble(number);
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(LONGEST, text.length()));
  }

  /** As in topics. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Setting parse(String text) {
    return Arrays.stream(values())
        .filter(setting -> setting.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown setting (there are "
                        + Arrays.stream(values())
                            .map(Setting::text)
                            .collect(Collectors.joining(", "))
                        + "): "
                        + text));
  }
}
