/**
 * Cuts a classifier that was trained elsewhere into segments with exits of their own. Knows no
 * training engine: what is learnt are linear layers.
 */
package io.coterie.models.split;
