/**
 * The layer that turns portions into an answer, and how it is learnt. Plain Java: knows no training
 * engine and no files.
 */
package io.coterie.models.fusion;
