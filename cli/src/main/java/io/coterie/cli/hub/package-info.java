/**
 * The command that runs a hub: its options, and what it prints. What a hub does must not come in
 * here.
 */
package io.coterie.cli.hub;
