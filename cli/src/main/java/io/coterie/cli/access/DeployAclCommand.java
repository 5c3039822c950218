package io.coterie.cli.access;

import io.coterie.cli.CommandException;
import io.coterie.hub.access.EmqxAcl;
import io.coterie.hub.access.MosquittoAcl;
import io.coterie.protocol.access.Permissions;
import io.coterie.protocol.access.Role;
import io.coterie.protocol.topic.Topics;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code coterie deploy-acl}. */
@Command(
    name = "deploy-acl",
    description =
        "Prints an access list for Mosquitto or EMQX with the rights that the hub's broker gives.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Put it into a file that acl_file of mosquitto.conf names, and make the passwords with",
      "mosquitto_passwd. Mosquitto does not tell retained messages from others.",
      "With --format emqx it is an acl.conf, for an authorization source of type file.",
      "",
      "Example:  coterie deploy-acl --hub hub --agent kitchen --agent attic --publisher cam1"
    })
public final class DeployAclCommand implements Callable<Integer> {
  /** Whose access list. */
  enum Format {
    MOSQUITTO,
    EMQX
  }

  @Option(
      names = "--format",
      paramLabel = "BROKER",
      defaultValue = "mosquitto",
      description = "mosquitto or emqx (default: ${DEFAULT-VALUE})")
  private Format format;

  @Option(names = "--agent", paramLabel = "NAME", description = "a board, by its --id")
  private List<String> agents = List.of();

  @Option(names = "--publisher", paramLabel = "NAME", description = "a camera or a flow")
  private List<String> publishers = List.of();

  @Option(names = "--viewer", paramLabel = "NAME", description = "a dashboard")
  private List<String> viewers = List.of();

  @Option(names = "--home", paramLabel = "NAME", description = "Home Assistant")
  private List<String> homes = List.of();

  @Option(names = "--operator", paramLabel = "NAME", description = "who deploys")
  private List<String> operators = List.of();

  @Option(names = "--hub", paramLabel = "NAME", description = "the hub, up --broker")
  private List<String> hubs = List.of();

  @Option(
      names = "--base",
      paramLabel = "TOPIC",
      defaultValue = Topics.DEFAULT_BASE,
      description = "first level of every topic (default: ${DEFAULT-VALUE})")
  private String base;

  @Override
  public Integer call() {
    try {
      List<Permissions> users = users(new Topics(base));
      if (users.isEmpty()) {
        throw new CommandException(
            "say who there is, such as --hub hub --agent kitchen --publisher cam1");
      }
      print(users);
      return 0;
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private void print(List<Permissions> users) {
    switch (format) {
      case MOSQUITTO -> users.forEach(user -> System.out.print(MosquittoAcl.of(user)));
      case EMQX -> {
        users.forEach(user -> System.out.print(EmqxAcl.of(user)));
        System.out.print(EmqxAcl.END);
      }
    }
  }

  private List<Permissions> users(Topics topics) {
    List<Permissions> users = new ArrayList<>();
    hubs.forEach(name -> users.add(new Permissions(topics, Role.HUB, name)));
    agents.forEach(name -> users.add(new Permissions(topics, Role.AGENT, name)));
    publishers.forEach(name -> users.add(new Permissions(topics, Role.PUBLISHER, name)));
    viewers.forEach(name -> users.add(new Permissions(topics, Role.VIEWER, name)));
    homes.forEach(name -> users.add(new Permissions(topics, Role.HOME, name)));
    operators.forEach(name -> users.add(new Permissions(topics, Role.OPERATOR, name)));
    Set<String> names = new LinkedHashSet<>();
    for (Permissions user : users) {
      if (!names.add(user.name())) {
        throw new IllegalArgumentException("a user has one role only: " + user.name());
      }
    }
    return users;
  }
}
