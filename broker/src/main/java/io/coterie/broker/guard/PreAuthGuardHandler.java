package io.coterie.broker.guard;

import com.hivemq.bootstrap.ClientConnectionContext;
import com.hivemq.mqtt.message.ProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sits before the broker's decoder on one connection. Disconnects a client that is not
 * authenticated within {@value #SECONDS} seconds, however slowly it sends, one that sends too much,
 * and one that asks for answers and does not read them.
 */
final class PreAuthGuardHandler extends ChannelDuplexHandler {
  private static final Logger log = LoggerFactory.getLogger(PreAuthGuardHandler.class);

  static final int SECONDS = 10;

  /** Answers that may wait for a client that does not read, beside one whole message. */
  private static final int UNREAD_BYTES = 1 << 20;

  /** How long a client that is told why it is disconnected has to read it. */
  private static final int GOODBYE_SECONDS = 1;

  /** DISCONNECT of MQTT 5: Packet too large. */
  private static final byte[] PACKET_TOO_LARGE = {(byte) 0xe0, 2, (byte) 0x95, 0};

  private final PacketSizeLimiter limiter;
  private final long mostUnreadBytes;
  private final PreAuthLimits limits;
  private final String address;
  private Future<?> timeout;
  private boolean waiting;
  private boolean ended;

  PreAuthGuardHandler(PreAuthLimits limits, String address, int maxPacketBytes) {
    limiter = new PacketSizeLimiter(maxPacketBytes);
    mostUnreadBytes = (long) maxPacketBytes + UNREAD_BYTES;
    this.limits = limits;
    this.address = address;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    waiting = limits.tryAcquire(address);
    if (!waiting) {
      end(context, "too many connections that show no credential");
      return;
    }
    timeout =
        context
            .executor()
            .schedule(() -> end(context, "no login in time"), SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (!ended && message instanceof ByteBuf bytes) {
      Optional<String> wrong = limiter.arrived(bytes);
      wrong.ifPresent(reason -> end(context, reason));
    }
    if (ended) {
      ReferenceCountUtil.release(message);
    } else {
      super.channelRead(context, message);
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    ByteBuf bytes = message instanceof ByteBufHolder holder ? holder.content() : null;
    if (message instanceof ByteBuf plain) {
      bytes = plain;
    }
    if (waiting && bytes != null && limiter.isAccepted(bytes)) {
      release();
    }
    super.write(context, message, promise);
    ChannelOutboundBuffer unread = context.channel().unsafe().outboundBuffer();
    if (!ended && unread != null && unread.totalPendingWriteBytes() > mostUnreadBytes) {
      end(context, "does not read its answers");
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    release();
    super.channelInactive(context);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    release();
  }

  private void end(ChannelHandlerContext context, String reason) {
    ended = true;
    release();
    log.debug("disconnected: address={} reason={}", address, reason);
    if (limiter.tooLarge() && speaksMqtt5(context.channel())) {
      Future<?> unusedToo = context.writeAndFlush(Unpooled.wrappedBuffer(PACKET_TOO_LARGE));
      // What it still sends is skipped meanwhile: unread bytes would take the reason from it.
      Runnable close =
          () -> {
            Future<?> unused = context.close();
          };
      Future<?> unused = context.executor().schedule(close, GOODBYE_SECONDS, TimeUnit.SECONDS);
    } else {
      Future<?> unused = context.close();
    }
  }

  private static boolean speaksMqtt5(Channel channel) {
    return ClientConnectionContext.of(channel).getProtocolVersion() == ProtocolVersion.MQTTv5;
  }

  private void release() {
    if (waiting) {
      waiting = false;
      timeout.cancel(false);
      limits.release(address);
    }
  }
}
