package io.coterie.broker.guard;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before the broker's decoder on one connection. Who is not let in within ten seconds in
 * all, however slowly it sends, is disconnected; so is who sends too much.
 */
final class PreAuthGuardHandler extends ChannelDuplexHandler {
  private static final Logger log = LoggerFactory.getLogger(PreAuthGuardHandler.class);

  static final int SECONDS = 10;

  private final PacketSizeLimiter limiter = new PacketSizeLimiter();
  private final PreAuthLimits limits;
  private final String address;
  private Future<?> timeout;
  private boolean waiting;
  private boolean ended;

  PreAuthGuardHandler(PreAuthLimits limits, String address) {
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
    Future<?> unused = context.close();
  }

  private void release() {
    if (waiting) {
      waiting = false;
      timeout.cancel(false);
      limits.release(address);
    }
  }
}
