/**
 * The ports through which agents and hubs wait, ask the time and keep files: {@link
 * io.coterie.protocol.runtime.EventLoop} and {@link io.coterie.protocol.runtime.Store}, and what
 * stands behind them in a real process. A simulation puts virtual time and memory behind them and
 * runs the same classes. Decides nothing and knows no messages.
 */
package io.coterie.protocol.runtime;
