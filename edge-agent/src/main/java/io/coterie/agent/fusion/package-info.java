/**
 * From portions to the one answer of a frame. The core decides when a frame is answered and with
 * which portions; the shell runs the fusion layer. Knows no MQTT client.
 */
package io.coterie.agent.fusion;
