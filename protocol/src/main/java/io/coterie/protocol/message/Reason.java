package io.coterie.protocol.message;

import com.google.gson.JsonDeserializationContext;
import com.google.gson.JsonDeserializer;
import com.google.gson.JsonElement;
import com.google.gson.annotations.JsonAdapter;
import com.google.gson.annotations.SerializedName;
import io.coterie.protocol.json.Check;
import java.lang.reflect.Type;
import java.util.List;

/**
 * Something that a person should know of a plan, with a code by which programs tell it from others.
 * On the wire an object; a plain string, as older releases write it, is read as one with the code
 * {@link Code#OTHER}.
 *
 * @param code what it is about; {@link Code#OTHER} for codes that this release does not know
 * @param text a sentence for people, which may change from release to release
 * @param agent the agent that it is about; null for none
 * @param partition the partition that it is about, from 0; null for none
 */
@JsonAdapter(Reason.Reader.class)
public record Reason(Code code, String text, String agent, Integer partition) {
  /** What a reason is about. */
  public enum Code {
    /** The bundle's manifest is not at hand. */
    @SerializedName("bundle-missing")
    BUNDLE_MISSING,
    /** The bundle cannot be used, or has nothing for the strategy that is wanted. */
    @SerializedName("bundle-unusable")
    BUNDLE_UNUSABLE,
    /** The deployment is paused. */
    @SerializedName("paused")
    PAUSED,
    /** No board takes part. */
    @SerializedName("no-boards")
    NO_BOARDS,
    /** No agent can answer frames. */
    @SerializedName("no-fuser")
    NO_FUSER,
    /** No board hosts the partition, or the segment. */
    @SerializedName("partition-missing")
    PARTITION_MISSING,
    /** A success probability is below its target. */
    @SerializedName("success-missed")
    SUCCESS_MISSED,
    /** The predicted latency exceeds the deadline. */
    @SerializedName("deadline-missed")
    DEADLINE_MISSED,
    /** No exit keeps the latency target. */
    @SerializedName("latency-target-missed")
    LATENCY_TARGET_MISSED,
    /** Other deployments hold memory that the deployment could use. */
    @SerializedName("memory-held")
    MEMORY_HELD,
    /** The board has nothing to do for the deployment. */
    @SerializedName("board-idle")
    BOARD_IDLE,
    /** The board is slower than usual. */
    @SerializedName("board-slow")
    BOARD_SLOW,
    /** The board is left out because it sent garbage. */
    @SerializedName("board-left-out")
    BOARD_LEFT_OUT,
    /** The boards of a pipeline are not connected as they should be. */
    @SerializedName("pipeline-wiring")
    PIPELINE_WIRING,
    /** A new bundle failed, and the one before is back. */
    @SerializedName("rollout-returned")
    ROLLOUT_RETURNED,
    /** A new bundle differs from the one before in what its users see. */
    @SerializedName("rollout-changes")
    ROLLOUT_CHANGES,
    /** Anything else. */
    @SerializedName("other")
    OTHER
  }

  public Reason {
    code = code == null ? Code.OTHER : code;
    Check.text(text, "reason.text");
    if (partition != null) {
      Check.notNegative(partition, "reason.partition");
    }
  }

  /** A reason that is about no agent and no partition in particular. */
  public static Reason of(Code code, String text) {
    return new Reason(code, text, null, null);
  }

  /** A reason that is about an agent. */
  public static Reason ofAgent(Code code, String agent, String text) {
    return new Reason(code, text, agent, null);
  }

  /** A reason that is about a partition. */
  public static Reason ofPartition(Code code, int partition, String text) {
    return new Reason(code, text, null, partition);
  }

  /** The sentences, in order. */
  public static List<String> texts(List<Reason> reasons) {
    return reasons.stream().map(Reason::text).toList();
  }

  /** The sentence. */
  @Override
  public String toString() {
    return text;
  }

  static final class Reader implements JsonDeserializer<Reason> {
    private record Fields(Code code, String text, String agent, Integer partition) {}

    @Override
    public Reason deserialize(JsonElement json, Type type, JsonDeserializationContext context) {
      if (json.isJsonPrimitive() && json.getAsJsonPrimitive().isString()) {
        return of(Code.OTHER, json.getAsString());
      }
      Fields fields = context.deserialize(json, Fields.class);
      return new Reason(fields.code(), fields.text(), fields.agent(), fields.partition());
    }
  }
}
