/**
 * The demonstration: a hub and boards as processes of their own, real frames, and kills. What
 * counts is counted here, from outside, by what comes back over MQTT.
 */
package io.coterie.lab.demo;
