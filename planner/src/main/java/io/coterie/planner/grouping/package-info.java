/**
 * Devices into groups whose members stand in for each other. Knows boards, their likeness and their
 * reliability; nothing of partitions or students.
 */
package io.coterie.planner.grouping;
