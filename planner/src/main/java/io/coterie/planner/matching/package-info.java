/** One-to-one matching of groups and partitions on a matrix of costs. Knows numbers only. */
package io.coterie.planner.matching;
