/**
 * What boards turned out to be: how long their students take, whether they have become slow, how
 * often they fail. Pure statistics in virtual time; knows nothing of plans and assignments.
 */
package io.coterie.orchestrator.learning;
