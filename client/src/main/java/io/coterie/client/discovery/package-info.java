/**
 * How hubs are announced and found by mDNS (RFC 6762, RFC 6763). What an announcement says must
 * never be believed here: it only tells where to try, and the pinned certificate authority tells
 * who is there.
 */
package io.coterie.client.discovery;
