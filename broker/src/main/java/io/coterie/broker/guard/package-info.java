/**
 * Bounds what strangers can take from the broker before they have shown a credential. Knows sockets
 * and the outer form of MQTT packets, nothing of users.
 */
package io.coterie.broker.guard;
