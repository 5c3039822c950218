/**
 * What Home Assistant is told of a fleet: its devices and their entities, in the format of MQTT
 * discovery. Decides nothing about the fleet, and knows no bus.
 */
package io.coterie.orchestrator.home;
