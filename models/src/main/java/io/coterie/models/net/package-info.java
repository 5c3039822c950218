/**
 * Networks as plain data: nodes, parameters, weights, and what a frame costs. Knows neither the
 * training engine nor the file format that boards run.
 */
package io.coterie.models.net;
