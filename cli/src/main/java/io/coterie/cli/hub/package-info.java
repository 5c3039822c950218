/** What runs for long: the hub and the agents. Wiring only. */
package io.coterie.cli.hub;
