/**
 * The plan: which board runs which student of which partition, why, and what was refused. Chooses
 * among placements by the formulas of {@code cost}; holds no state between plans.
 */
package io.coterie.planner.placement;
