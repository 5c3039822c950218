/**
 * Fleets of real processes on one machine: demonstrations, measurements, fault injection. Options
 * of commands must not come in here.
 */
package io.coterie.lab;
