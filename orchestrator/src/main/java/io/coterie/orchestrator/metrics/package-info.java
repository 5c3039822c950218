/**
 * Listens to a fleet and counts for Prometheus. Publishes nothing, and stays within bounds whatever
 * names are on the topics.
 */
package io.coterie.orchestrator.metrics;
