/**
 * What plans and exit rules come to, as lines for people who have not deployed yet. What is
 * deployed must not depend on it.
 */
package io.coterie.planner.preview;
