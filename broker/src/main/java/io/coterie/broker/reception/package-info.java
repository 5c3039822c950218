/**
 * The broker's guarantee that every accepted frame gets exactly one result. What is decided about
 * plans, boards and answers is not decided here, and time is only taken from the event loop.
 */
package io.coterie.broker.reception;
