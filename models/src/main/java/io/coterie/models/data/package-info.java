/**
 * Labelled images from files, split into train, validation and test. Knows nothing about models or
 * how images are augmented.
 */
package io.coterie.models.data;
