/** Finds usual mistakes on this machine and names the cure for each. */
package io.coterie.cli.doctor;
