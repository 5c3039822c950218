/**
 * Who may do what on a broker: roles, their topics, and the token a board joins with. Knows topics;
 * neither passwords nor any broker.
 */
package io.coterie.protocol.access;
