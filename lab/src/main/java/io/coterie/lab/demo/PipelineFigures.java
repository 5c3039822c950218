package io.coterie.lab.demo;

/**
 * How a pipeline ran; the fields are the JSON's.
 *
 * @param admittedPerSecond frames that the source lets in at the end; 0 for all
 * @param threshold of the exit policy at the end
 * @param offloads tasks that boards handed to others
 * @param reoffered of these, taken back because their receiver was lost or late
 * @param handedBack tasks that their receiver refused
 * @param inputQueue tasks in one board's input queue, over all boards and the whole run
 * @param outputQueue tasks in one board's output queue
 */
public record PipelineFigures(
    double admittedPerSecond,
    double threshold,
    long offloads,
    long reoffered,
    long handedBack,
    Queue inputQueue,
    Queue outputQueue) {
  /** Length of a queue. */
  public record Queue(double mean, double max) {}
}
