package io.coterie.planner.placement;

import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.Device;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.json.Check;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A question to the planner.
 *
 * @param devices the boards that are there, identifiers unique; may be empty
 * @param previous the plan in force, whose boards should keep what they host; {@link
 *     InForce#NOTHING} where there is none
 */
public record PlanRequest(
    List<Device> devices,
    Manifest manifest,
    Objective objective,
    CostModel costs,
    InForce previous) {
  public PlanRequest {
    devices = Check.list(devices, "devices");
    Check.present(manifest, "manifest");
    Check.present(objective, "objective");
    Check.present(costs, "costs");
    Check.present(previous, "previous");
    Set<String> ids = new HashSet<>();
    for (Device device : devices) {
      if (!ids.add(device.id())) {
        throw new IllegalArgumentException("two devices with the id " + device.id());
      }
    }
  }
}
