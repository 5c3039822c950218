/**
 * What is deployed: the manifest, the files it fixes by digest, and the content-addressed store
 * that boards keep them in. Knows file formats, not how models are trained or run.
 */
package io.coterie.protocol.bundle;
