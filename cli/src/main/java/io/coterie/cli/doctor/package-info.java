/**
 * Finds usual mistakes on this machine, on the way to the hub, there and at the boards, and names
 * the cure for each. Facts are gathered apart from what is concluded from them.
 */
package io.coterie.cli.doctor;
