/**
 * Fault injection into a fleet of real processes, and the check of everything that was published
 * and answered meanwhile. Schedule and check are pure; the fleet, its cables and the publisher are
 * thin shells.
 */
package io.coterie.lab.chaos;
