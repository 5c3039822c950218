/** {@code coterie credential} and {@code deploy-acl}: who may join a hub, and how boards do. */
package io.coterie.cli.access;
