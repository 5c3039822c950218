/**
 * What is wrong between a machine and a fleet, and with the fleet, each with its cure: facts are
 * gathered, and checks that only decide make findings of them.
 */
package io.coterie.client.doctor;
