/** Which board holds which segments of a pipeline, and who may hand tasks to whom. */
package io.coterie.planner.pipeline;
