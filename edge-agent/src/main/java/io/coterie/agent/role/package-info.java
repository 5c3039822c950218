/**
 * What the agent is to do: which assignment counts, what it needs for it, and when it may begin.
 * Pure; the shell fetches, loads and subscribes.
 */
package io.coterie.agent.role;
