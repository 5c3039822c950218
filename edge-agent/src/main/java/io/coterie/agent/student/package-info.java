/**
 * Frames in, portions out: the bounded queue and the inference thread. Knows no plans and no
 * fusion.
 */
package io.coterie.agent.student;
