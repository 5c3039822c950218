/** Measurements, each beside the limits of the same run. */
package io.coterie.lab.bench;
