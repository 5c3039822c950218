package io.coterie.orchestrator.home;

import com.google.gson.Gson;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.RenderResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Renders templates as Home Assistant does, which takes the text that comes out. */
final class Templates {
  /** Values are no templates, as in Home Assistant. */
  private static final Jinjava ENGINE =
      new Jinjava(JinjavaConfig.newBuilder().withNestedInterpretationEnabled(false).build());

  private Templates() {}

  /** What a template makes of a payload; an error fails. */
  static String render(String template, String payload) {
    return render(template, values(payload));
  }

  /** The same with any variables. */
  static String render(String template, Map<String, Object> variables) {
    RenderResult result = ENGINE.renderForResult(template, variables);
    if (result.hasErrors()) {
      throw new AssertionError(template + " of " + variables + ": " + errors(result));
    }
    return result.getOutput().strip();
  }

  private static List<String> errors(RenderResult result) {
    return result.getErrors().stream().map(error -> error.getMessage()).toList();
  }

  /** {@code value} is the payload, {@code value_json} what it says where it is JSON. */
  private static Map<String, Object> values(String payload) {
    Map<String, Object> variables = new HashMap<>();
    variables.put("value", payload);
    if (!payload.isEmpty()) {
      variables.put("value_json", new Gson().fromJson(payload, Object.class));
    }
    return variables;
  }
}
