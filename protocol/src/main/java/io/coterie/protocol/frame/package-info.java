/**
 * From a frame's payload to the tensor a student reads: the same pixels at training, evaluation and
 * on the board. Knows no topics and no models.
 */
package io.coterie.protocol.frame;
