/**
 * What a fleet looks like to who listens to it: which boards are there, what is deployed, whether
 * it can answer, and what became of a spec. Decides nothing about the fleet, and knows no
 * connection and no clock.
 */
package io.coterie.client.fleet;
