package nova.chat.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static nova.chat.testing.RawSocket.PING;
import static nova.chat.testing.RawSocket.PONG;
import static nova.chat.testing.RawSocket.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Memory;
import nova.chat.testing.RawSocket;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Much of what is allowed: nobody else is disturbed, and nothing is kept. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FloodTest {
    private static final long OTHERS_WAIT_NANOS = 5_000_000_000L;
    private static final long MUCH_BYTES = 40_000_000;
    /** More than any kernel keeps for a connection. */
    private static final long HUGE_BYTES = 150_000_000;

    private Bridge bridge;

    @BeforeAll
    void start() {
        bridge = Bridge.start();
        bridge.orchestrator().always(Endpoint.STREAM, Script.stream().text("ok").done());
        othersAreServed(); // classes are loaded, memory is what it will be
    }

    @AfterAll
    void stop() {
        bridge.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {10_000, 200_000})
    void pings_are_all_answered_in_order_and_others_are_served(int count) throws Exception {
        try (RawSocket client = RawSocket.webSocket(bridge.service().port())) {
            client.message("system");
            CompletableFuture<Void> sent =
                    CompletableFuture.runAsync(() -> sendPings(client, count), FloodTest::onAThreadOfItsOwn);
            for (int i = 0; i < count; i++) {
                RawSocket.Frame pong = client.next();
                assertThat(pong.opcode()).isEqualTo(PONG);
                assertThat(pong.payload()).isEqualTo(payload(i));
                if (i == count / 2) {
                    othersAreServed();
                }
            }
            sent.get();
            assertThat(client.say("still here").reply()).isEqualTo("ok");
        }
    }

    /** A client that reads no pong is held back by TCP, as soon as its kernel and ours are full. */
    @Test
    void pings_whose_pongs_are_not_read_are_not_kept() {
        byte[][] hundred = new byte[100][];
        Arrays.fill(hundred, frame(PING, payload(0)));
        assertHeldBack(joined(hundred));
    }

    @Test
    void three_hundred_messages_at_once_are_bounded_and_others_are_served() {
        Script.Gate gate = new Script.Gate();
        bridge.orchestrator()
                .next(Endpoint.STREAM, Script.stream().await(gate).text("first").done());
        try (RawSocket client = RawSocket.webSocket(bridge.service().port())) {
            client.message("system");
            for (int i = 0; i < 300; i++) {
                client.say("message " + i);
            }
            int queued = 0;
            int refused = 0;
            while (queued + refused < 299) {
                JsonObject message = client.message();
                if ("queued".equals(message.getString("type"))) {
                    queued++;
                } else {
                    assertThat(message.getString("code")).isEqualTo("queue_full");
                    assertThat(message.getBoolean("retryable")).isTrue();
                    refused++;
                }
            }
            assertThat(queued).isEqualTo(20);
            othersAreServed();
            gate.open();
            assertThat(client.reply()).isEqualTo("first");
            for (int i = 0; i < 20; i++) {
                assertThat(client.reply()).isEqualTo("ok");
            }
        }
    }

    /** Errors are answers, too: who does not read them is not read. */
    @Test
    void bad_messages_whose_errors_are_not_read_are_not_kept() {
        assertHeldBack(repeated(frame(RawSocket.TEXT, "{".getBytes(UTF_8)), 1_000));
    }

    /** Sends as long as the server takes it, and reads nothing. */
    private void assertHeldBack(byte[] much) {
        long before = Memory.usedBytes();
        AtomicLong taken = new AtomicLong();
        try (RawSocket client = RawSocket.narrow(bridge.service().port())) {
            CompletableFuture<Void> sender = CompletableFuture.runAsync(
                    () -> {
                        while (taken.get() < HUGE_BYTES && client.trySend(much)) {
                            taken.addAndGet(much.length);
                        }
                    },
                    FloodTest::onAThreadOfItsOwn);
            long last = -1;
            while (taken.get() != last) {
                last = taken.get();
                othersAreServed();
                pause();
            }
            assertThat(taken.get()).isLessThan(HUGE_BYTES);
            assertThat(Memory.usedBytes() - before).isLessThan(MUCH_BYTES);
            assertThat(sender).isNotDone();
        }
        othersAreServed();
    }

    /** Long enough for a sender that is not held back to send more. */
    private static void pause() {
        try {
            Thread.sleep(500);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From Java 25 on the common pool is used even where it has one thread, and Java's WebSocket needs that one. */
    private static void onAThreadOfItsOwn(Runnable sending) {
        Thread sender = new Thread(sending, "flood");
        sender.setDaemon(true);
        sender.start();
    }

    private static void sendPings(RawSocket client, int count) {
        boolean there = true;
        for (int i = 0; there && i < count; i += 100) {
            byte[][] hundred = new byte[100][];
            for (int j = 0; j < 100; j++) {
                hundred[j] = frame(PING, payload(i + j));
            }
            there = client.trySend(joined(hundred));
        }
    }

    private static byte[] payload(int i) {
        return Arrays.copyOf(Integer.toString(i).getBytes(UTF_8), 100);
    }

    private static byte[] repeated(byte[] bytes, int times) {
        byte[][] all = new byte[times][];
        Arrays.fill(all, bytes);
        return joined(all);
    }

    private static byte[] joined(byte[][] parts) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private void othersAreServed() {
        long start = System.nanoTime();
        try (TestClient other = bridge.client()) {
            other.session();
            assertThat(other.say("hi").answer()).isEqualTo("ok");
        }
        assertThat(System.nanoTime() - start).isLessThan(OTHERS_WAIT_NANOS);
    }
}
