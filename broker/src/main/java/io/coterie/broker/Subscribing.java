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

/** Notes of every guest what it hears: from the moment on that the broker confirms it. */
final class Subscribing {
  private static final Set<SubackReasonCode> GRANTED =
      EnumSet.of(
          SubackReasonCode.GRANTED_QOS_0,
          SubackReasonCode.GRANTED_QOS_1,
          SubackReasonCode.GRANTED_QOS_2);

  private final SubscribeInboundInterceptor asks;
  private final SubackOutboundInterceptor confirms;
  private final UnsubscribeInboundInterceptor ends;

  Subscribing(Guests guests) {
    asks =
        (in, out) -> {
          SubscribePacket packet = in.getSubscribePacket();
          guests
              .at(in.getConnectionInformation())
              .ifPresent(
                  stay ->
                      stay.asked(
                          packet.getPacketId(),
                          packet.getSubscriptions().stream()
                              .map(Subscription::getTopicFilter)
                              .toList()));
        };
    confirms =
        (in, out) ->
            guests
                .at(in.getConnectionInformation())
                .ifPresent(
                    stay ->
                        stay.confirmed(
                            in.getSubackPacket().getPacketIdentifier(),
                            in.getSubackPacket().getReasonCodes().stream()
                                .map(GRANTED::contains)
                                .toList()));
    ends =
        (in, out) ->
            guests
                .at(in.getConnectionInformation())
                .ifPresent(stay -> stay.ended(in.getUnsubscribePacket().getTopicFilters()));
  }

  void watch(ClientContext client) {
    client.addSubscribeInboundInterceptor(asks);
    client.addSubackOutboundInterceptor(confirms);
    client.addUnsubscribeInboundInterceptor(ends);
  }
}
