/**
 * The command that finds usual mistakes on this machine, on the way to the hub, there and at the
 * boards. What it looks at, and what it makes of that, is with the client and the agent.
 */
package io.coterie.cli.doctor;
