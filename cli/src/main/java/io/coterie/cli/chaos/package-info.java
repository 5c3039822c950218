/** The command {@code chaos}: its options, and what it prints. Its run is in the module lab. */
package io.coterie.cli.chaos;
