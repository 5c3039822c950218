/**
 * What runs on a board: the shell that connects, announces itself, fetches models and carries out
 * its roles. Decisions are in the packages below.
 */
package io.coterie.agent;
