package io.coterie.broker.guard;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refuses WebSockets of pages from elsewhere, before their handshake is answered. */
final class OriginGuard extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(OriginGuard.class);

  private final boolean local;
  private boolean ended;

  /**
   * @param local whether the listener is on the loopback interface
   */
  OriginGuard(boolean local) {
    this.local = local;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (!ended && message instanceof HttpRequest request) {
      HttpHeaders headers = request.headers();
      Optional<String> refused =
          Origin.refuse(
              headers.get(HttpHeaderNames.ORIGIN), headers.get(HttpHeaderNames.HOST), local);
      refused.ifPresent(reason -> end(context, reason));
    }
    if (ended) {
      ReferenceCountUtil.release(message);
    } else {
      super.channelRead(context, message);
    }
  }

  private void end(ChannelHandlerContext context, String reason) {
    ended = true;
    log.warn("WebSocket refused: reason={}", reason.replaceAll("[^ -~]", "?"));
    Future<?> unused =
        context
            .writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.FORBIDDEN))
            .addListener(ChannelFutureListener.CLOSE);
  }
}
