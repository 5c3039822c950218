/**
 * Smaller files and less memory from a trained graph, without training: batch normalisations folded
 * into convolutions, weights as float16, weights and activations as 8-bit integers. Reads and
 * writes ONNX; knows nothing of data sets or training.
 */
package io.coterie.models.quantization;
