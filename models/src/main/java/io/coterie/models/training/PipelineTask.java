package io.coterie.models.training;

import io.coterie.models.data.ImageShape;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Autoencoders;
import io.coterie.models.net.Net;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One pipeline to be learnt: a network with exits, or autoencoders in one that is learnt already.
 *
 * @param autoencoder none for the network itself
 */
record PipelineTask(PipelineNet pipeline, Optional<Autoencoder> autoencoder) {
  /** Name in the bundle, such as {@code wcn-32-96-128} or {@code wcn-32-96-128-ae4}. */
  String name() {
    return pipeline.net() + autoencoder.map(a -> "-ae" + a.factor()).orElse("");
  }

  /** Such as {@code pipeline wcn-32-96-128}. */
  String title() {
    return "pipeline " + name();
  }

  TrainingSchedule schedule() {
    int batch = pipeline.schedule().batch();
    return autoencoder.map(a -> a.schedule(batch)).orElse(pipeline.schedule());
  }

  /** The network without autoencoders. Outputs are the logits of all exits. */
  Net backbone(ImageShape input, int labels) {
    return Architecture.parse(pipeline.net()).backbone(input, labels, pipeline.exits());
  }

  /** The network as it is deployed, uncut. Outputs are the logits of all exits. */
  Net net(ImageShape input, int labels) {
    Net plain = backbone(input, labels);
    return autoencoder
        .map(a -> Autoencoders.insert(plain, pipeline.exits(), compressed(), a.factor()))
        .orElse(plain);
  }

  /** Names of the values of the backbone that an autoencoder compresses. */
  List<String> compressed() {
    return IntStream.range(0, pipeline.exits().size())
        .filter(i -> autoencoder.filter(a -> a.isAt(i + 1)).isPresent())
        .mapToObj(pipeline.exits()::get)
        .toList();
  }

  /** Names of the values that travel, from the earliest. */
  List<String> cuts() {
    List<String> compressed = compressed();
    return pipeline.exits().stream()
        .map(exit -> compressed.contains(exit) ? Autoencoders.encoded(exit) : exit)
        .toList();
  }
}
