package io.coterie.cli.watch;

import java.time.LocalTime;

/** Something that happened to the fleet, for people. */
record FleetEvent(LocalTime at, Tone tone, String text) {}
