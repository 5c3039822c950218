/**
 * What the pins of a board do: a status LED, a button, a trigger, and outputs that follow results.
 * Decisions are pure; {@link io.coterie.agent.gpio.Pi4jPins} alone knows Pi4J.
 */
package io.coterie.agent.gpio;
