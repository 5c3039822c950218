/**
 * The program that a board runs: its options, its log, and what it tells the service manager. What
 * an agent does must not come in here.
 */
package io.coterie.agent.boot;
