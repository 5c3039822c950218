/**
 * What a fleet looks like to who only listens to it: for metrics and readiness. Decides nothing
 * about the fleet, and knows nothing of HTTP.
 */
package io.coterie.orchestrator.observation;
