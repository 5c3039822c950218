/**
 * How often a bundle is right, with all portions and with any of them missing, measured by running
 * its ONNX files. Needs no training engine.
 */
package io.coterie.models.evaluation;
