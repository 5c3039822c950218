/**
 * From what users want and which boards are there to who does what: plans, epochs, assignments.
 * Pure decisions; talks to nobody.
 */
package io.coterie.orchestrator.deployment;
