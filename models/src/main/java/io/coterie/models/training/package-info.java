/**
 * From a data set to a bundle: teacher, partitions, students, fusion layers, export, measured
 * accuracy, in steps that survive a kill. Does not know how bundles are deployed.
 */
package io.coterie.models.training;
