/** Emulates slow boards on fast ones. */
package io.coterie.agent.throttle;
