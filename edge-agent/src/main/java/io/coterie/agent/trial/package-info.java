/**
 * Bundles that are tried in the shadow of the one that runs: self-test, and live frames whose
 * answers nobody sees. Publishes nothing, and knows no plans.
 */
package io.coterie.agent.trial;
