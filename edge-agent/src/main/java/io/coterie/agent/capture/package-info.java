/**
 * An agent as a camera: takes pictures by a command or from a folder, at a rate or on a trigger,
 * and publishes them as frames. Knows nothing of what becomes of them but their results.
 */
package io.coterie.agent.capture;
