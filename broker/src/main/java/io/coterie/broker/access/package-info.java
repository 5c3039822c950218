/**
 * The hub's door: who may come in with which password, invitations for boards, and the certificates
 * of its TLS listener. What those who are in may do, is said elsewhere.
 */
package io.coterie.broker.access;
