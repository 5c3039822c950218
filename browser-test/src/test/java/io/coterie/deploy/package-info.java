/**
 * Whether the files in {@code deploy} for clusters are what Compose and Kubernetes take. Nothing is
 * started here.
 */
package io.coterie.deploy;
