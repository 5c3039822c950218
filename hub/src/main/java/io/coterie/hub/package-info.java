/**
 * The hub as one object that a program can embed: broker, orchestrator, fusing agent, pages and
 * announcements, and the hub that stands by for another. Options of commands, printing and ways to
 * end the process must not come in here.
 */
package io.coterie.hub;
