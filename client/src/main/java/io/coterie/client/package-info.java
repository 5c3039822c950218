/**
 * What every program uses that talks to a fleet from outside: boards, hubs and commands. What a
 * board, a hub or a command does with it must not come in here.
 */
package io.coterie.client;
