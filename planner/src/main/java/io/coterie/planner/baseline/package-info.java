/**
 * Simpler ways to place a bundle, and random fleets to compare them with the planner and with the
 * optimum. For experiments; nothing here is ever deployed.
 */
package io.coterie.planner.baseline;
