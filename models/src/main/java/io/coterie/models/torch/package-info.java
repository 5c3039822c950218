/**
 * The one place that talks to DJL and libtorch: engine start and a network's forward pass,
 * gradients and steps. Knows nothing about data sets, schedules or losses.
 */
package io.coterie.models.torch;
