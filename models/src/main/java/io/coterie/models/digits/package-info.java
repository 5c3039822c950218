/**
 * Drawn pictures of a water meter's digit rolls, as many as wanted and the same for the same seed.
 * Knows nothing about training.
 */
package io.coterie.models.digits;
