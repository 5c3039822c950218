/** Commands that talk to a running fleet. */
package io.coterie.cli.fleet;
