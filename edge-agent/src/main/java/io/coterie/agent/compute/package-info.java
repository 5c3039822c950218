/**
 * What a board computes with: its engine, its clock, and the slower board that it may emulate.
 * Knows no roles.
 */
package io.coterie.agent.compute;
