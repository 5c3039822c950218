/** The topic grammar: the one place that builds and parses topics. Knows no payloads. */
package io.coterie.protocol.topic;
