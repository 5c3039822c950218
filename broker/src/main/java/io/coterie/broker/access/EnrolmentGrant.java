package io.coterie.broker.access;

import io.coterie.protocol.bundle.Digest;

/**
 * Lets one board in, once, to get a credential.
 *
 * @param secretSha256 of the secret that the board will show, in hex; its 160 random bits need no
 *     salt
 * @param expiresMs until when, in milliseconds since 1970
 */
record EnrolmentGrant(String secretSha256, long expiresMs) {
  EnrolmentGrant {
    Digest.check(secretSha256, "secretSha256");
  }
}
