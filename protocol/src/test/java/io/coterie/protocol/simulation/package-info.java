/**
 * Machines, a broker and its clients in virtual time, for simulations of what ships. Knows MQTT,
 * and nothing of what the messages mean.
 */
package io.coterie.protocol.simulation;
