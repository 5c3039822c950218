/**
 * Shows a fleet while it works: as lines, or on a terminal as a page that is drawn over. What is
 * shown is folded from messages and drawn by functions that know no terminal and no connection.
 */
package io.coterie.cli.watch;
