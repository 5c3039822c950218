/**
 * What is kept of a frame until it is answered, and the way its result goes back. Pixels, plans and
 * portions must not come in here.
 */
package io.coterie.protocol.arrival;
