package nova.chat.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static nova.chat.testing.RawSocket.CLOSE;
import static nova.chat.testing.RawSocket.PING;
import static nova.chat.testing.RawSocket.PONG;
import static nova.chat.testing.RawSocket.frame;
import static nova.chat.testing.RawSocket.handshake;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.standin.Sse;
import nova.chat.testing.Bridge;
import nova.chat.testing.Memory;
import nova.chat.testing.RawSocket;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that take their time, for ever: they lose their place, and nobody else notices them. */
class SlowPeerTest {
    private static final String VALID =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 26\r\n\r\n{\"valid\":true,\"name\":\"me\"}";
    private static final long OTHERS_WAIT_NANOS = 5_000_000_000L;

    // before the handshake

    @Test
    void four_hundred_slow_handshakes_delay_nobody_and_are_ended() {
        try (Bridge bridge = bridge("HANDSHAKE_TIMEOUT", "2s")) {
            byte[] head = handshake().getBytes(UTF_8);
            List<RawSocket> slow = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                slow.add(RawSocket.tcp(bridge.service().port()));
            }
            int sent = 0;
            for (int there = 400; there > 0 && sent < head.length - 4; sent++) { // never the end of it
                byte[] one = {head[sent]};
                there = (int)
                        slow.stream().filter(client -> client.trySend(one)).count();
                if (sent % 5 == 0) {
                    othersAreServed(bridge);
                }
                pause(50);
            }
            assertThat(slow).allMatch(RawSocket::ends);
            slow.forEach(RawSocket::close);
            othersAreServed(bridge);
        }
    }

    @Test
    void connections_that_say_nothing_are_ended_and_so_is_a_slow_second_request() {
        try (Bridge bridge = bridge("HANDSHAKE_TIMEOUT", "1s");
                RawSocket silent = RawSocket.tcp(bridge.service().port());
                RawSocket second = RawSocket.tcp(bridge.service().port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(second.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
                                .answer()
                                .status())
                        .isEqualTo(200);
            }
            boolean there = true;
            for (int i = 0; there && i < 200; i++) {
                there = second.trySend(new byte[] {"GET /health/live?".getBytes(UTF_8)[Math.min(i, 16)]});
                pause(50);
            }
            assertThat(there).as("still taken").isFalse();
            assertThat(silent.ends()).isTrue();
        }
    }

    @Test
    void a_webSocket_is_not_ended_by_the_deadline_of_its_handshake() {
        try (Bridge bridge = bridge("HANDSHAKE_TIMEOUT", "1s");
                RawSocket client = RawSocket.webSocket(bridge.service().port())) {
            client.message("system");
            pause(2_500);
            assertThat(client.say("hi").reply()).isEqualTo("ok");
        }
    }

    // dead

    @Test
    void a_peer_that_answers_no_ping_is_closed_with_4011_and_loses_its_place() {
        try (Bridge bridge = bridge("WS_PING_INTERVAL", "1s", "WS_PONG_TIMEOUT", "1s", "WS_MAX_CONNECTIONS", "1");
                RawSocket dead = RawSocket.webSocket(bridge.service().port())) {
            dead.message("system");
            assertThat(dead.next().opcode()).isEqualTo(PING);
            RawSocket.Frame close = dead.next();
            assertThat(close.opcode()).isEqualTo(CLOSE);
            assertThat(close.closeCode()).isEqualTo(4011);
            assertThat(dead.ends()).isTrue(); // though it never answered the close frame
            Bridge.eventually("its place is free", () -> canCome(bridge, 1));
        }
    }

    @Test
    void an_idle_peer_that_answers_pings_stays_and_so_does_one_that_only_sends() {
        try (Bridge bridge = bridge("WS_PING_INTERVAL", "1s", "WS_PONG_TIMEOUT", "1s");
                RawSocket idle = RawSocket.webSocket(bridge.service().port());
                RawSocket busy = RawSocket.webSocket(bridge.service().port())) {
            idle.message("system");
            busy.message("system");
            for (int i = 0; i < 5; i++) {
                RawSocket.Frame ping = idle.next();
                assertThat(ping.opcode()).isEqualTo(PING);
                idle.send(frame(PONG, ping.payload()));
                busy.send(frame(PONG, new byte[0])); // unasked: any traffic counts
            }
            assertThat(idle.say("hi").reply()).isEqualTo("ok");
            assertThat(busy.say("hi").reply()).isEqualTo("ok");
        }
    }

    @Test
    void a_live_peer_stays_while_its_message_waits_for_a_store_or_a_key() {
        try (Bridge bridge = bridge("WS_PING_INTERVAL", "1s", "WS_PONG_TIMEOUT", "1s")) {
            bridge.orchestrator()
                    .next(Endpoint.VALIDATE, Script.mute().pause(ofSeconds(4)).raw(VALID));
            try (TestClient client = bridge.client("?token=sk-nova-abc")) {
                client.session();
                assertThat(client.say("hi").answer()).isEqualTo("ok");
            }
        }
    }

    // slow

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_client_that_never_reads_is_cut_and_frees_its_place_and_disturbs_nobody(boolean saysGoodbye) {
        try (Bridge bridge = bridge("WS_SLOW_TIMEOUT", "2s", "TURN_MAX_BYTES", "33554432", "WS_MAX_CONNECTIONS", "5")) {
            othersAreServed(bridge);
            long before = Memory.usedBytes();
            try (RawSocket slow = RawSocket.narrow(bridge.service().port())) {
                askForMuch(
                        bridge,
                        slow,
                        Script.stream().deltas(10_000, 1_000, ZERO).done());
                for (int i = 0; i < 3; i++) {
                    othersAreServed(bridge);
                }
                Bridge.eventually(
                        "the answer was taken", () -> bridge.orchestrator().openStreams() == 0);
                assertThat(Memory.usedBytes() - before).isLessThan(60_000_000L);
                if (saysGoodbye) {
                    slow.send(frame(CLOSE, new byte[] {3, (byte) 0xe8}));
                }
                Bridge.eventually("its place is free", () -> canCome(bridge, 5));
                // The store keeps the answer twice: in the conversation, and for ten minutes in its log.
                Bridge.eventually("its log is gone", () -> Memory.usedBytes() - before < 30_000_000L);
                assertThat(slow.ends()).isTrue();
            }
        }
    }

    @Test
    void a_slow_client_that_reads_gets_everything() {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 8_000; i++) {
            expected.append(Sse.delta(i, 1_000));
        }
        assertArrives(
                expected.toString(), Script.stream().deltas(8_000, 1_000, ZERO).done());
    }

    /** One large piece is one large message: taking it slowly is not the same as taking nothing. */
    @Test
    void a_slow_client_that_reads_gets_a_single_large_piece() {
        String expected = "x😀漢".repeat(2_000_000);
        assertArrives(expected, Script.stream().text(expected).done());
    }

    /** Takes some ten seconds, while two without a byte, or six without a pong, would be too many. */
    private static void assertArrives(String expected, Script answer) {
        long nanosPerByte = 10_000_000_000L / expected.getBytes(UTF_8).length;
        try (Bridge bridge = bridge(
                        "WS_SLOW_TIMEOUT", "2s",
                        "WS_PING_INTERVAL", "1s",
                        "WS_PONG_TIMEOUT", "5s",
                        "TURN_MAX_BYTES", "33554432");
                RawSocket slow = RawSocket.narrow(bridge.service().port())) {
            askForMuch(bridge, slow, answer);
            StringBuilder text = new StringBuilder();
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            long due = System.nanoTime();
            for (RawSocket.Frame next = slow.next(); ; next = slow.next()) {
                assertThat(next).as("the next frame").isNotNull();
                if (next.opcode() == PING) {
                    slow.send(frame(PONG, next.payload()));
                    continue;
                }
                assertThat(next.opcode()).as("not a close frame").isLessThan(CLOSE);
                message.writeBytes(next.payload());
                due += next.payload().length * nanosPerByte;
                pause(Math.max(0, (due - System.nanoTime()) / 1_000_000));
                if (next.fin()) {
                    JsonObject heard = new JsonObject(message.toString(UTF_8));
                    message.reset();
                    if ("stream_end".equals(heard.getString("type"))) {
                        break;
                    }
                    text.append(heard.getString("delta"));
                }
            }
            assertThat(text.toString().equals(expected)).as("the same text").isTrue();
        }
    }

    private static void askForMuch(Bridge bridge, RawSocket client, Script answer) {
        long asked = bridge.orchestrator().requests(Endpoint.STREAM);
        client.message("system");
        bridge.orchestrator().next(Endpoint.STREAM, answer);
        client.say("much");
        Bridge.eventually("it was asked", () -> bridge.orchestrator().requests(Endpoint.STREAM) > asked);
    }

    private static boolean canCome(Bridge bridge, int count) {
        List<TestClient> clients = Stream.generate(bridge::client).limit(count).toList();
        boolean all = clients.stream()
                .allMatch(client -> client.next().getString("type").equals("system"));
        clients.forEach(TestClient::vanish);
        return all;
    }

    private static Bridge bridge(String... settings) {
        Bridge bridge = Bridge.start(settings);
        bridge.orchestrator().always(Endpoint.STREAM, Script.stream().text("ok").done());
        return bridge;
    }

    private static void othersAreServed(Bridge bridge) {
        long start = System.nanoTime();
        try (TestClient other = bridge.client()) {
            other.session();
            assertThat(other.say("hi").answer()).isEqualTo("ok");
        }
        assertThat(System.nanoTime() - start).isLessThan(OTHERS_WAIT_NANOS);
    }

    /** Time that the test is about, not waiting for something to be so. */
    private static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
