/**
 * Which boards are there: from their retained state and capability, their reports, and their wills.
 * Knows nothing of deployments.
 */
package io.coterie.orchestrator.membership;
