/**
 * The fastest placement there is, with proof, for small fleets: what the planner's rules are
 * measured against, and what it uses itself where the fleet is small enough.
 */
package io.coterie.planner.exact;
