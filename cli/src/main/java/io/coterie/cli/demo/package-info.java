/** The command {@code demo}: its options, and what it prints. Its run is in the module lab. */
package io.coterie.cli.demo;
