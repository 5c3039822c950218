/**
 * ONNX Runtime behind one class, and what it takes to start it cleanly. Knows tensors, not students
 * or topics.
 */
package io.coterie.inference;
