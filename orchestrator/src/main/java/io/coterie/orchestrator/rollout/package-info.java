/**
 * Whether a new bundle has proved itself: what a canary and a fleet that runs it report, and the
 * verdicts on it. Pure, and in virtual time; places nothing and publishes nothing.
 */
package io.coterie.orchestrator.rollout;
