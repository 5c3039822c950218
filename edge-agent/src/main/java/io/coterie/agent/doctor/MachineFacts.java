package io.coterie.agent.doctor;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What this machine says of itself.
 *
 * @param javaVersion such as 17
 * @param arch as Java names it, such as {@code aarch64}
 * @param pointerBits 32 or 64
 * @param cache folder for models and state
 * @param cacheFailure why nothing can be written there; empty where it can
 * @param freeBytes on the disk of that folder
 * @param runtimeFailure why ONNX Runtime cannot be used; empty where it can
 * @param flopsPerSecond measured on one thread; 0 where it cannot be
 * @param nowMs what the clock says, milliseconds since 1970
 * @param throttled what a Raspberry Pi's firmware says of its power and heat, as bits; empty on
 *     other machines
 */
public record MachineFacts(
    int javaVersion,
    String javaHome,
    String arch,
    int pointerBits,
    Path cache,
    Optional<String> cacheFailure,
    long freeBytes,
    Optional<String> runtimeFailure,
    double flopsPerSecond,
    long nowMs,
    OptionalLong throttled) {}
