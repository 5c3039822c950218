/**
 * Which frames are the same: identities, repeats and what was answered already. Knows no plans, no
 * portions and no pipelines.
 */
package io.coterie.agent.arrival;
