package org.eclipse.paho.mqttv5.client.internal;

import static net.bytebuddy.matcher.ElementMatchers.any;
import static net.bytebuddy.matcher.ElementMatchers.isDeclaredBy;
import static net.bytebuddy.matcher.ElementMatchers.named;

import java.util.Set;
import net.bytebuddy.asm.MemberSubstitution;
import net.bytebuddy.build.Plugin;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;

/** Puts {@link Pause} in the place of the sleeps of Paho's threads; runs when this is built. */
public final class ShorterWaits implements Plugin {
  private static final String PACKAGE = "org.eclipse.paho.mqttv5.client.internal.";
  private static final Set<String> CLASSES =
      Set.of(PACKAGE + "CommsSender", PACKAGE + "CommsReceiver", PACKAGE + "CommsCallback");

  @Override
  public boolean matches(TypeDescription type) {
    return CLASSES.contains(type.getName());
  }

  @Override
  public DynamicType.Builder<?> apply(
      DynamicType.Builder<?> builder, TypeDescription type, ClassFileLocator locator) {
    try {
      return builder.visit(
          MemberSubstitution.strict()
              .method(named("sleep").and(isDeclaredBy(Thread.class)))
              .replaceWith(Pause.class.getDeclaredMethod("sleep", long.class))
              .on(any()));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {}
}
