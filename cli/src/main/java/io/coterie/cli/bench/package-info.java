/**
 * The commands {@code bench}: their options, and what they print. Their runs are in the module lab.
 */
package io.coterie.cli.bench;
