/** The one command {@code coterie}: reads options and wires the parts. Decides nothing itself. */
package io.coterie.cli;
