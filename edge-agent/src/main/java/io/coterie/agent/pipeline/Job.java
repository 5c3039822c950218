package io.coterie.agent.pipeline;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.FrameKey;
import java.util.Optional;

/**
 * One segment to be computed for one frame.
 *
 * @param segment from 1
 * @param frame the picture, for segment 1 only
 * @param activation what any other segment reads; empty for segment 1; not copied
 */
record Job(FrameKey key, int segment, Optional<Message> frame, float[] activation) {}
