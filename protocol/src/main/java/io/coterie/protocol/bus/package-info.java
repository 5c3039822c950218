/**
 * The port through which everything talks MQTT, with its in-memory and its Paho adapter. Knows
 * messages, filters and connections, not what the topics mean.
 */
package io.coterie.protocol.bus;
