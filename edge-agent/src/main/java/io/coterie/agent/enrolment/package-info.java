/**
 * How a board gets a credential of its own from its hub, and keeps it. How connections are made and
 * what an agent does with one must not come in here.
 */
package io.coterie.agent.enrolment;
