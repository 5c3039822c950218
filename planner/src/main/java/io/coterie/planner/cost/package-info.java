/**
 * What a placement costs and how likely it answers: boards, the latency of a portion, the readings
 * of a group's latency, and the probability that portions are missing. Knows formulas, not choices.
 */
package io.coterie.planner.cost;
