package io.coterie.broker.access;

import io.coterie.protocol.bundle.Digest;

/**
 * Permits one board to enrol once, which gives it a credential.
 *
 * @param secretSha256 digest of the secret that the board presents, in hex. Its 160 random bits
 *     need no salt
 * @param expiresMs when the grant expires, in milliseconds since 1970
 */
record EnrolmentGrant(String secretSha256, long expiresMs) {
  EnrolmentGrant {
    Digest.check(secretSha256, "secretSha256");
  }
}
