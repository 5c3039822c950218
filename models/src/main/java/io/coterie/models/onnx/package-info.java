/**
 * Networks as ONNX graphs: writing them, and running them over many rows. Knows nothing about
 * training.
 */
package io.coterie.models.onnx;
