/**
 * How hubs are announced and found by mDNS (RFC 6762, RFC 6763). What an announcement says is never
 * believed: it only tells where to try, and the pinned certificate authority tells who is there.
 */
package io.coterie.cli.discovery;
