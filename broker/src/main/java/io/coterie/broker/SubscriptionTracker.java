package io.coterie.broker;

import com.hivemq.extension.sdk.api.client.ClientContext;
import com.hivemq.extension.sdk.api.interceptor.suback.SubackOutboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.subscribe.SubscribeInboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.unsubscribe.UnsubscribeInboundInterceptor;
import com.hivemq.extension.sdk.api.packets.subscribe.SubackReasonCode;
import com.hivemq.extension.sdk.api.packets.subscribe.SubscribePacket;
import com.hivemq.extension.sdk.api.packets.subscribe.Subscription;
import java.util.EnumSet;
import java.util.Set;

/** Notes what every client is subscribed to: from the moment on that the broker confirms it. */
final class SubscriptionTracker {
  private static final Set<SubackReasonCode> GRANTED =
      EnumSet.of(
          SubackReasonCode.GRANTED_QOS_0,
          SubackReasonCode.GRANTED_QOS_1,
          SubackReasonCode.GRANTED_QOS_2);

  private final SubscribeInboundInterceptor asks;
  private final SubackOutboundInterceptor confirms;
  private final UnsubscribeInboundInterceptor ends;

  SubscriptionTracker(ClientRegistry clients) {
    asks =
        (in, out) -> {
          SubscribePacket packet = in.getSubscribePacket();
          clients
              .connectionOf(in.getConnectionInformation())
              .ifPresent(
                  client ->
                      client.requested(
                          packet.getPacketId(),
                          packet.getSubscriptions().stream()
                              .map(Subscription::getTopicFilter)
                              .toList()));
        };
    confirms =
        (in, out) ->
            clients
                .connectionOf(in.getConnectionInformation())
                .ifPresent(
                    client ->
                        client.acknowledged(
                            in.getSubackPacket().getPacketIdentifier(),
                            in.getSubackPacket().getReasonCodes().stream()
                                .map(GRANTED::contains)
                                .toList()));
    ends =
        (in, out) ->
            clients
                .connectionOf(in.getConnectionInformation())
                .ifPresent(
                    client -> client.unsubscribed(in.getUnsubscribePacket().getTopicFilters()));
  }

  void watch(ClientContext client) {
    client.addSubscribeInboundInterceptor(asks);
    client.addSubackOutboundInterceptor(confirms);
    client.addUnsubscribeInboundInterceptor(ends);
  }
}
