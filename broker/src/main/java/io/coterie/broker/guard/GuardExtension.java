package io.coterie.broker.guard;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ServerChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a guard on every connection to the broker; found by Netty as a service. */
public final class GuardExtension extends ChannelInitializerExtension {
  private static final Logger log = LoggerFactory.getLogger(GuardExtension.class);

  /** HiveMQ's name for what follows the guard. */
  private static final String DECODER = "mqtt_message_decoder";

  private static final AttributeKey<PreAuthLimits> LIMITS =
      AttributeKey.valueOf("coterie-pre-auth-limits");

  /** Lets Netty look for extensions; to be called before the broker starts. */
  public static void enable() {
    System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
  }

  @Override
  public void postInitializeServerListenerChannel(ServerChannel channel) {
    channel.attr(LIMITS).set(new PreAuthLimits());
  }

  @Override
  public void postInitializeServerChildChannel(Channel channel) {
    channel.pipeline().addLast(new GuardInstaller());
  }

  /** Waits until the broker has put its handlers up, takes its own place among them, and goes. */
  private static final class GuardInstaller extends ChannelHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      Channel channel = context.channel();
      ChannelPipeline pipeline = channel.pipeline();
      PreAuthLimits limits = channel.parent().attr(LIMITS).get();
      if (pipeline.get(DECODER) == null || limits == null) {
        log.error("connection refused, for it cannot be guarded: handlers={}", pipeline.names());
        Future<?> unused = channel.close();
        return;
      }
      pipeline.addBefore(
          DECODER, "coterie_guard", new PreAuthGuardHandler(limits, address(channel)));
      ChannelHandlerContext http = pipeline.context(HttpServerCodec.class);
      if (http != null && pipeline.get(SslHandler.class) == null) {
        pipeline.addAfter(http.name(), "coterie_origin", new OriginGuard(isLocal(channel)));
      }
      pipeline.remove(this);
    }

    private static boolean isLocal(Channel channel) {
      return channel.localAddress() instanceof InetSocketAddress at
          && at.getAddress() != null
          && at.getAddress().isLoopbackAddress();
    }

    private static String address(Channel channel) {
      return channel.remoteAddress() instanceof InetSocketAddress from && from.getAddress() != null
          ? from.getAddress().getHostAddress()
          : "";
    }
  }
}
