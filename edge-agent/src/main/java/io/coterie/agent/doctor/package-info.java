/** What is wrong with the machine that an agent is to run on, each with its cure. */
package io.coterie.agent.doctor;
