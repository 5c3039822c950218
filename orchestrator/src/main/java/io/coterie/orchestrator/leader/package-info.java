/**
 * Which of a fleet's orchestrators leads: terms, claims, and what a stale leader hears. Knows
 * nothing of plans or boards.
 */
package io.coterie.orchestrator.leader;
