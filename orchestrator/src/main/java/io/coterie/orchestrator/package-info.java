/**
 * The orchestrator's shell: one runtime thread between the message bus, the disk and the pure
 * cores. Decides nothing itself.
 */
package io.coterie.orchestrator;
