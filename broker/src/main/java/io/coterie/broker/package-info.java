/**
 * The MQTT broker inside the hub process, and message buses that reach it without a socket. Knows
 * MQTT and HiveMQ, nothing of agents, deployments or payloads.
 */
package io.coterie.broker;
