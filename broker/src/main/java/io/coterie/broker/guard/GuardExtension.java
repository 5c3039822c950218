package io.coterie.broker.guard;

import com.hivemq.mqtt.handler.publish.MessageExpiryHandler;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a guard on every connection to the broker; found by Netty as a service. */
public final class GuardExtension extends ChannelInitializerExtension {
  private static final Logger log = LoggerFactory.getLogger(GuardExtension.class);

  /** HiveMQ's name for what follows the guard. */
  private static final String DECODER = "mqtt_message_decoder";

  /** HiveMQ's name for what drops messages for a client whose time is up. */
  private static final String EXPIRY = "message_expiry_handler";

  /** HiveMQ's name for what is nearer to the network than what counts messages under way. */
  private static final String INTERCEPTORS = "interceptor_handler";

  private static final AttributeKey<PreAuthLimits> LIMITS =
      AttributeKey.valueOf("coterie-pre-auth-limits");

  /** Of each port that a broker of this process listens on: Netty makes this object, not we. */
  private static final Map<Integer, Integer> MAX_PACKET_BYTES = new ConcurrentHashMap<>();

  /**
   * Lets Netty look for extensions; to be called before the broker starts.
   *
   * @param ports that the broker will listen on
   * @param maxPacketBytes the most that its clients may send in a packet
   */
  public static void enable(IntStream ports, int maxPacketBytes) {
    System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    ports.forEach(port -> MAX_PACKET_BYTES.put(port, maxPacketBytes));
  }

  @Override
  public void postInitializeServerListenerChannel(ServerChannel channel) {
    channel.attr(LIMITS).set(new PreAuthLimits());
  }

  @Override
  public void postInitializeServerChildChannel(Channel channel) {
    channel.pipeline().addLast(new GuardInstaller());
  }

  /**
   * Installs the guard handlers after the broker has added its own to the connection's pipeline,
   * and removes itself.
   */
  private static final class GuardInstaller extends ChannelHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      Channel channel = context.channel();
      ChannelPipeline pipeline = channel.pipeline();
      PreAuthLimits limits = channel.parent().attr(LIMITS).get();
      if (limits == null || !pipeline.names().containsAll(List.of(DECODER, EXPIRY, INTERCEPTORS))) {
        log.error("connection refused, for it cannot be guarded: handlers={}", pipeline.names());
        Future<?> unused = channel.close();
        return;
      }
      pipeline.addBefore(
          DECODER,
          "coterie_guard",
          new PreAuthGuardHandler(limits, address(channel), maxPacketBytes(channel)));
      dropExpiredOnceCounted(pipeline);
      ChannelHandlerContext http = pipeline.context(HttpServerCodec.class);
      if (http != null && pipeline.get(SslHandler.class) == null) {
        pipeline.addAfter(http.name(), "coterie_origin", new OriginGuard(isLocal(channel)));
      }
      pipeline.remove(this);
    }

    /**
     * Moves what drops expired messages behind what counts those under way. HiveMQ (2025.5) has it
     * before, so what it drops counts as under way for ever, and a client that did not read for
     * longer than messages last is sent nothing any more on its connection. What counts is added
     * when the client connects, at the handler that keeps the name.
     */
    private static void dropExpiredOnceCounted(ChannelPipeline pipeline) {
      pipeline.replace(EXPIRY, EXPIRY, new ChannelHandlerAdapter() {});
      pipeline.addBefore(INTERCEPTORS, "coterie_expiry", new MessageExpiryHandler());
    }

    private static int maxPacketBytes(Channel channel) {
      return channel.localAddress() instanceof InetSocketAddress at
          ? MAX_PACKET_BYTES.getOrDefault(at.getPort(), PacketSizeLimiter.PRE_AUTH_BYTES)
          : PacketSizeLimiter.PRE_AUTH_BYTES;
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
