/**
 * The payloads of the control plane and the headers of the data plane, as records that validate
 * themselves. Knows shapes and ranges, not what is done with them.
 */
package io.coterie.protocol.message;
