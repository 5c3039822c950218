/** Commands around bundles: train, evaluate, inspect, and the data they need. */
package io.coterie.cli.training;
