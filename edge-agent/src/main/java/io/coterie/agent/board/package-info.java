/**
 * What is special about one board: the file that says what is attached to it, and what its hardware
 * tells of itself. Does nothing with either.
 */
package io.coterie.agent.board;
