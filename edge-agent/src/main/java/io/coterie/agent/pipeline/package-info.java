/**
 * What one board decides for a pipeline whose segments several boards compute (strategy mdi-exit):
 * what it computes next, what it hands to whom, and, at the source, which frames it takes in and
 * when they are answered. Knows no threads, no models and no broker.
 */
package io.coterie.agent.pipeline;
