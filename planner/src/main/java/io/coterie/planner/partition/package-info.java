/**
 * Splits a teacher's filters into partitions of knowledge, from the graph of what fires together.
 * Pure: no files, no models, no clock.
 */
package io.coterie.planner.partition;
