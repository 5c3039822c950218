/**
 * Who may connect to the hub, with which password, enrolment grants for boards, and the
 * certificates of its TLS listener. What those who are in may do, is said elsewhere.
 */
package io.coterie.broker.access;
