package io.coterie.models.training;

/** Receives progress, often; must return quickly. Called by one thread at a time. */
@FunctionalInterface
public interface ProgressSink {
  /** Takes no notice. */
  ProgressSink SILENT = progress -> {};

  void update(TrainingProgress progress);
}
