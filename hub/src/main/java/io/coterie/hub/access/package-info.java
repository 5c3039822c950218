/**
 * Who may come in: the secrets that a hub keeps, and the same rights as access lists of other
 * brokers. Listeners and connections must not come in here.
 */
package io.coterie.hub.access;
