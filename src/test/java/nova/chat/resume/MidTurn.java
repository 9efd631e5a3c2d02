package nova.chat.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.standin.Sse;
import nova.chat.testing.Fleet;
import nova.chat.testing.Service;
import nova.chat.testing.V2Client;

/**
 * A turn in whose midst something happens to the store. One client asks, on one replica; another watches, on another. The
 * answer goes on while it happens, and is not over before {@link #isOver} says that it is.
 */
final class MidTurn implements AutoCloseable {
    private static final int PIECES = 150;
    private static final int CHARS = 8;
    private static final Duration PACE = Duration.ofMillis(20);

    /** Of the answer, which goes on meanwhile. */
    private static final int SOME_CHARS = 10 * CHARS;

    private final Script.Gate over = new Script.Gate();
    private final Fleet<Service> fleet;
    private final V2Client asker;
    private final V2Client viewer;
    private final String answer;

    private MidTurn(Fleet<Service> fleet) {
        this.fleet = fleet;
        Script pieces = Script.mute().deltas(PIECES, CHARS, PACE);
        fleet.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream().then(pieces).await(over).then(pieces).done());
        fleet.orchestrator().next(Endpoint.STREAM, Script.stream().text("two").done());
        fleet.orchestrator().next(Endpoint.STREAM, Script.stream().text("three").done());
        fleet.orchestrator().next(Endpoint.STREAM, Script.stream().text("half").hang());
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < PIECES; i++) {
            text.append(Sse.delta(i, CHARS));
        }
        answer = text.append(text).toString();
        asker = V2Client.begin(fleet.port(0));
        viewer = V2Client.join(fleet.port(1), asker.session());
    }

    /** Begins one, with the store behind this URL; both clients have some of its text. */
    static MidTurn on(String redis) {
        MidTurn turn = new MidTurn(Fleet.inThisJvm(2, "REDIS_URL", redis));
        turn.asker.say("1", "m1").awaitText("m1");
        turn.viewer.awaitText("m1");
        return turn;
    }

    String session() {
        return asker.session();
    }

    /** The viewer says something, which has to wait. */
    void sayNext() {
        viewer.say("2", "m2");
    }

    void awaitThatItWaits() {
        assertThat(viewer.awaitAck("m2").getString("state")).isEqualTo("queued");
    }

    /** Where the turn runs, text comes whatever the store does. */
    void awaitMore() {
        String turn = asker.turn("m1");
        int before = asker.text(turn).length();
        int more = Math.min(before + SOME_CHARS, answer.length() / 2);
        asker.await("more text", () -> asker.text(turn).length() >= more);
    }

    /** What was to happen has happened. */
    void isOver() {
        over.open();
    }

    /** From here to the session's end: the long answer, what waited, one more question, and a stop. */
    void assertAllIsWell() {
        assertTold("m1", answer, "complete");
        assertThat(asker.resets()).as("where the turn ran").isZero();
        assertTold("m2", "two", "complete");
        asker.say("3", "m3");
        assertTold("m3", "three", "complete");
        viewer.say("4", "m4").awaitText("m4");
        asker.awaitText("m4");
        viewer.stop();
        assertTold("m4", "half", "stopped");
        assertThat(fleet.turnsAsked()).isEqualTo(4);
        assertThat(fleet.upstream().lastConversation())
                .containsExactly(
                        "user: 1",
                        "assistant: " + answer,
                        "user: 2",
                        "assistant: two",
                        "user: 3",
                        "assistant: three",
                        "user: 4");
        for (int i = 0; i < fleet.size(); i++) {
            assertLateComerSeesTheSame(fleet.port(i));
        }
    }

    private void assertTold(String ref, String text, String end) {
        for (V2Client client : List.of(asker, viewer)) {
            String turn = client.awaitEnd(ref);
            assertThat(client.ends(turn)).containsExactly(end);
            assertThat(client.text(turn)).isEqualTo(text);
            assertThat(client.faults()).isEmpty();
            // Once more only to who was told to forget the first.
            assertThat(endsAsTold(client, turn)).hasSizeLessThanOrEqualTo(1 + client.resets());
            assertThat(endsAsTold(client, turn)).allMatch(end::equals);
        }
        assertThat(viewer.turn(ref)).isEqualTo(asker.turn(ref));
    }

    /** Of all frames that ever came, whatever was to be forgotten later. */
    private static List<String> endsAsTold(V2Client client, String turn) {
        return client.numberedFrames().stream()
                .filter(frame -> turn.equals(frame.getString("turn_id")))
                .filter(frame -> List.of("stream_end", "error").contains(frame.getString("type")))
                .map(frame -> frame.getString("reason", frame.getString("code")))
                .toList();
    }

    private void assertLateComerSeesTheSame(int port) {
        try (V2Client late = V2Client.join(port, asker.session())) {
            assertThat(late.turns()).isEqualTo(asker.turns());
            for (String turn : asker.turns()) {
                assertThat(late.text(turn)).isEqualTo(asker.text(turn));
                assertThat(late.ends(turn)).isEqualTo(asker.ends(turn));
            }
            assertThat(List.of(late.epoch(), late.last())).isEqualTo(List.of(asker.epoch(), asker.last()));
            assertThat(viewer.epoch()).isEqualTo(late.epoch());
            assertThat(viewer.last()).isEqualTo(late.last());
        }
    }

    @Override
    public void close() {
        over.open();
        asker.close();
        viewer.close();
        fleet.close();
    }
}
