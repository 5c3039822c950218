/**
 * What the hub says over HTTP: the dashboard's page, health and metrics. Only ever reads; whoever
 * wants to change something does so over MQTT.
 */
package io.coterie.orchestrator.web;
