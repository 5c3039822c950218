/**
 * JSON to validated records and back, with errors that name the place. Knows nothing about which
 * records there are.
 */
package io.coterie.protocol.json;
