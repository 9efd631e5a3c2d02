package nova.chat.session;

import static nova.chat.testing.Bridge.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.crypto.spec.SecretKeySpec;
import nova.chat.orchestrator.Call;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.Message;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.Welcome.Fresh;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.store.Shared;
import nova.chat.testing.Service;
import nova.chat.testing.Stage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session that several replicas have in common, with a store between them. */
class SessionTest {
    private static final Call WITH_KEY = new Call("sk-nova-key", "127.0.0.1", Stage.CALL.trace());

    private final Stage stage = new Stage();
    private final Shared shared = new Shared(stage.vertx(), Stage.CONFIG.turns());
    private final SessionId id = new SessionId("s");
    private final Replica a = replica();
    private final Replica b = replica();
    private final Script.Gate gate = new Script.Gate();

    private Replica replica() {
        return new Replica(stage, shared, Optional.empty());
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private void upstream(Script... scripts) {
        stage.upstream().next(Endpoint.STREAM, scripts);
    }

    private Script half() {
        return Script.stream().text("one ").await(gate).text("two").done();
    }

    /** A turn that runs on A and pauses in its middle; answers somebody who looks at it there. */
    @CanIgnoreReturnValue
    private Replica.Viewer runHalf() {
        upstream(half());
        Replica.Viewer viewer = a.view(id, Position.NONE);
        assertThat(a.ask(id, "hello")).isInstanceOf(Asked.Accepted.class);
        viewer.await("one ");
        return viewer;
    }

    private void talk(Replica replica, String content, String answer) {
        upstream(Script.stream().text(answer).done());
        Replica.Viewer viewer = replica.view(id, null);
        replica.ask(id, content);
        eventually("an answer", () -> viewer.seen().contains("end COMPLETE"));
        viewer.leave();
    }

    private void pass(long seconds) {
        stage.on(() -> {
            shared.pass(Duration.ofSeconds(seconds));
            return null;
        });
    }

    // to be there

    @Test
    void a_viewer_elsewhere_sees_a_turn_while_it_runs() {
        Replica.Viewer there = b.view(id, Position.NONE);
        Replica.Viewer here = runHalf();
        assertThat(there.await("one ")).containsExactly("said hello", "started", "one ");
        gate.open();
        there.await("end COMPLETE");
        here.await("end COMPLETE");
        assertThat(there.seen())
                .isEqualTo(here.seen())
                .containsExactly("said hello", "started", "one two", "end COMPLETE");
        assertThat(there.position()).isEqualTo(here.position());
        assertThat(there.grown.get()).isPositive();
    }

    @Test
    void a_viewer_who_comes_in_mid_turn_elsewhere_sees_it_from_its_start() {
        runHalf();
        Replica.Viewer there = b.view(id, null);
        assertThat(Replica.messages(there.snapshot().messages())).containsExactly("USER RUNNING hello");
        eventually("all of it", () -> (there.snapshot().partial() + there.text()).equals("one "));
        gate.open();
        there.await("end COMPLETE");
        assertThat(there.snapshot().partial() + there.text()).isEqualTo("one two");
    }

    @Test
    void who_comes_while_nothing_happens_is_there_when_something_does() {
        talk(a, "first", "1");
        Replica.Viewer there = b.view(id, null);
        assertThat(Replica.messages(there.snapshot().messages()))
                .containsExactly("USER COMPLETE first", "ASSISTANT COMPLETE 1");
        talk(a, "second", "2");
        assertThat(there.await("end COMPLETE")).containsExactly("said second", "started", "2", "end COMPLETE");
        assertThat(there.hasMoved()).isFalse();
    }

    @Test
    void where_news_are_lost_a_viewer_sees_it_all_by_comparing() {
        Replica.Viewer there = b.view(id, Position.NONE);
        runHalf();
        there.await("one ");
        stage.on(() -> {
            b.store.deafen();
            return null;
        });
        gate.open();
        there.await("end COMPLETE");
        assertThat(there.seen()).containsExactly("said hello", "started", "one two", "end COMPLETE");
    }

    @Test
    void while_the_store_is_away_viewers_of_a_running_turn_are_let_in() {
        Replica.Viewer here = runHalf();
        a.lose();
        Replica.Viewer back = a.view(id, new Position(here.position().epoch(), 0));
        assertThat(back.await("one ")).containsExactly("said hello", "started", "one ");
    }

    // messages and stops by way of others

    @Test
    void a_message_that_comes_in_elsewhere_waits_and_runs_where_the_turn_ran() {
        Replica.Viewer here = runHalf();
        Replica.Viewer there = b.view(id, null);
        upstream(Script.stream().text("three").done());
        assertThat(b.ask(id, "more"))
                .isInstanceOfSatisfying(
                        Asked.Waiting.class,
                        waiting -> assertThat(waiting.position()).isEqualTo(1));
        here.await("queued 1");
        there.await("queued 1");
        gate.open();
        here.await("three");
        eventually(
                "both ends",
                () -> here.seen().stream().filter("end COMPLETE"::equals).count() == 2);
        eventually(
                "both ends",
                () -> there.seen().stream().filter("end COMPLETE"::equals).count() == 2);
        assertThat(here.seen())
                .containsExactly(
                        "said hello",
                        "started",
                        "one ",
                        "said more",
                        "queued 1",
                        "two",
                        "end COMPLETE",
                        "started",
                        "three",
                        "end COMPLETE");
        assertThat(b.store.count("depart")).isZero();
        assertThat(there.seen())
                .endsWith("said more", "queued 1", "two", "end COMPLETE", "started", "three", "end COMPLETE");
    }

    @Test
    void a_turn_is_stopped_from_elsewhere() {
        Replica.Viewer here = runHalf();
        Session there = b.session(id);
        assertThat(stage.await(() -> there.stop(null, null))).isNotNull();
        here.await("end STOPPED");
        assertThat(here.seen()).containsExactly("said hello", "started", "one ", "end STOPPED");
    }

    @Test
    void a_waiting_message_is_cancelled_from_elsewhere() {
        Replica.Viewer here = runHalf();
        a.ask(id, "more", "m2", OnBusy.ENQUEUE, Stage.CALL);
        Session there = b.session(id);
        assertThat(stage.await(() -> there.cancel("m2"))).isNotNull();
        here.await("end STOPPED");
        gate.open();
        here.await("end COMPLETE");
        assertThat(stage.upstream().requests(Endpoint.STREAM)).isEqualTo(1);
    }

    @Test
    void the_same_message_sent_to_two_replicas_is_one_turn() {
        upstream(half());
        Replica.Viewer there = b.view(id, Position.NONE);
        Future<Asked> one = stage.start(() ->
                a.sessions.find(id).compose(found -> found.session().ask(asking("hello", "m1"))));
        Future<Asked> two = stage.start(() ->
                b.sessions.find(id).compose(found -> found.session().ask(asking("hello", "m1"))));
        List<Asked> asked = List.of(Service.await(one), Service.await(two));
        Asked.Accepted accepted = (Asked.Accepted) asked.stream()
                .filter(Asked.Accepted.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(asked).containsExactlyInAnyOrder(accepted, new Asked.Known(accepted.turn(), 0));
        gate.open();
        there.await("end COMPLETE");
        assertThat(there.seen()).containsExactly("said hello", "started", "one two", "end COMPLETE");
        assertThat(stage.upstream().requests(Endpoint.STREAM)).isEqualTo(1);
    }

    private static Asking asking(String content, String ref) {
        return new Asking(content, ref, OnBusy.ENQUEUE, null, Stage.CALL);
    }

    @Test
    void turns_go_from_replica_to_replica_in_one_log() {
        Replica.Viewer here = a.view(id, Position.NONE);
        Replica.Viewer there = b.view(id, Position.NONE);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            talk(i % 2 == 0 ? a : b, "q" + i, "a" + i);
            expected.addAll(List.of("said q" + i, "started", "a" + i, "end COMPLETE"));
        }
        eventually("all on A", () -> here.seen().equals(expected));
        eventually("all on B", () -> there.seen().equals(expected));
        assertThat(stage.upstream().recorded(Endpoint.STREAM).get(5).json().getJsonArray("messages"))
                .hasSize(11);
    }

    @Test
    void a_session_of_a_key_is_shut_to_others_on_all_replicas() {
        upstream(Script.stream().text("1").done());
        a.ask(id, "hello", null, OnBusy.ENQUEUE, WITH_KEY);
        Session there = b.session(id);
        assertThat(there.admits("hash of sk-nova-key")).isTrue();
        assertThat(there.admits("hash of another")).isFalse();
        assertThat(there.admits(null)).isFalse();
        assertThat(b.ask(id, "mine")).isEqualTo(new Asked.Refused(ErrorCode.FORBIDDEN_SESSION));
    }

    // a replica is lost

    @Test
    void when_a_replica_is_lost_viewers_elsewhere_are_told_in_a_new_epoch() {
        Replica.Viewer there = b.view(id, Position.NONE);
        Replica.Viewer here = runHalf();
        there.await("one ");
        there.settle();
        Position before = there.position();
        a.lose();
        pass(11);
        there.await("failure INTERRUPTED");
        assertThat(there.seen()).containsExactly("said hello", "started", "one ", "failure INTERRUPTED");
        assertThat(there.hasMoved()).isTrue();
        assertThat(there.position().epoch()).isNotEqualTo(before.epoch());
        assertThat(there.position().seq()).isEqualTo(1);
        assertThat(Replica.messages(there.settle().messages()))
                .containsExactly("USER COMPLETE hello", "ASSISTANT INTERRUPTED one ");

        stage.on(() -> {
            a.store.mend();
            return null;
        });
        gate.open();
        here.await("failure INTERRUPTED");
        assertThat(here.hasMoved()).isTrue();
        assertThat(here.position()).isEqualTo(there.position());
        assertThat(here.text()).isIn("one ", "one two");
        talk(a, "again", "three");
        there.await("end COMPLETE");
        assertThat(there.seen()).endsWith("failure INTERRUPTED", "said again", "started", "three", "end COMPLETE");
    }

    @Test
    void a_message_that_had_not_left_a_lost_replica_is_run_by_another() {
        Replica.Viewer there = b.view(id, Position.NONE);
        upstream(Script.stream().text("answer").done());
        stage.on(() -> {
            a.store.cutAt("depart");
            return null;
        });
        a.ask(id, "hello");
        eventually("it is cut", () -> a.store.count("depart") > 0);
        pass(11);
        there.await("end COMPLETE");
        assertThat(there.seen()).endsWith("started", "answer", "end COMPLETE").doesNotContain("failure INTERRUPTED");
        assertThat(stage.upstream().requests(Endpoint.STREAM)).isEqualTo(1);
    }

    @Test
    void a_message_that_waited_on_a_lost_replica_runs_where_its_key_can_be_opened() {
        var secret = Optional.<javax.crypto.SecretKey>of(new SecretKeySpec(new byte[32], "AES"));
        Replica one = new Replica(stage, shared, secret);
        Replica two = new Replica(stage, shared, secret);
        upstream(half(), Script.stream().text("three").done());
        one.ask(id, "hello", null, OnBusy.ENQUEUE, WITH_KEY);
        Replica.Viewer there = two.view(id, null);
        assertThat(one.ask(id, "more", null, OnBusy.ENQUEUE, WITH_KEY)).isInstanceOf(Asked.Waiting.class);
        there.await("queued 1");
        one.lose();
        pass(11);
        there.await("end COMPLETE");
        assertThat(there.seen()).endsWith("failure INTERRUPTED", "started", "three", "end COMPLETE");
        assertThat(stage.upstream().recorded(Endpoint.STREAM).get(1).headers().get("X-API-Key"))
                .isEqualTo("sk-nova-key");
    }

    @Test
    void a_message_whose_key_was_lost_runs_when_somebody_brings_it_again() {
        upstream(half(), Script.stream().text("three").done());
        a.ask(id, "hello", null, OnBusy.ENQUEUE, WITH_KEY);
        Replica.Viewer there = b.view(id, null);
        a.ask(id, "more", null, OnBusy.ENQUEUE, WITH_KEY);
        there.await("queued 1");
        a.lose();
        pass(11);
        there.await("failure INTERRUPTED");
        stage.on(() -> {
            there.session.bring("hash of another", () -> new Call("other", "", Stage.CALL.trace()));
            there.session.bring("hash of sk-nova-key", () -> WITH_KEY);
            return null;
        });
        eventually("it is brought", () -> {
            stage.on(() -> {
                there.session.bring("hash of sk-nova-key", () -> WITH_KEY);
                return null;
            });
            return there.seen().contains("end COMPLETE");
        });
        assertThat(there.seen()).endsWith("failure INTERRUPTED", "started", "three", "end COMPLETE");
    }

    @Test
    void what_waits_on_a_replica_that_ends_runs_on_another() {
        Replica.Viewer there = b.view(id, Position.NONE);
        runHalf();
        upstream(Script.stream().text("three").done());
        a.ask(id, "more");
        there.await("queued 1");
        Future<Void> drained = stage.start(() -> a.sessions.drain(Duration.ofSeconds(20)));
        assertThat(a.ask(id, "late")).isEqualTo(new Asked.Refused(ErrorCode.DRAINING));
        gate.open();
        Service.await(drained);
        eventually(
                "both ends",
                () -> there.seen().stream().filter("end COMPLETE"::equals).count() == 2);
        assertThat(there.seen()).endsWith("two", "end COMPLETE", "started", "three", "end COMPLETE");
    }

    @Test
    void a_turn_that_is_still_running_when_the_time_is_over_is_interrupted() {
        Replica.Viewer here = runHalf();
        a.drain();
        assertThat(here.seen()).endsWith("one ", "failure INTERRUPTED");
    }

    @Test
    void a_turn_that_begins_when_the_time_is_over_is_interrupted_too() {
        upstream(half());
        Replica.Viewer here = a.view(id, Position.NONE);
        stage.on(() -> {
            a.store.hold("begin");
            return null;
        });
        Future<Asked> asked = stage.start(() -> here.session.ask(asking("hello", "m1")));
        eventually("it is on its way", () -> a.store.held() == 1);
        Future<Void> drained = stage.start(() -> a.sessions.drain(Duration.ZERO));
        stage.await(() -> stage.vertx().timer(50, java.util.concurrent.TimeUnit.MILLISECONDS));
        stage.on(() -> {
            a.store.letGo();
            return null;
        });
        assertThat(Service.await(asked)).isInstanceOf(Asked.Accepted.class);
        Service.await(drained);
        here.await("failure INTERRUPTED");
    }

    // what is held

    @Test
    void a_key_whose_message_ended_where_nobody_heard_it_is_not_held() {
        Replica.Viewer there = b.view(id, Position.NONE);
        upstream(half());
        a.ask(id, "hello", null, OnBusy.ENQUEUE, WITH_KEY);
        there.await("one ");
        b.ask(id, "more", "m2", OnBusy.ENQUEUE, WITH_KEY);
        there.await("queued 1");
        stage.on(() -> {
            b.store.deafen();
            return null;
        });
        stage.await(() -> shared.memory().cancel(id, "m2"));
        a.lose();
        pass(11);
        there.await("failure INTERRUPTED");
        there.leave();
        eventually("it is forgotten", () -> stage.on(() -> !b.store.isFollowing(id)));
    }

    @Test
    void what_nobody_looks_at_any_more_is_let_go() {
        Replica.Viewer there = b.view(id, Position.NONE);
        runHalf();
        there.await("one ");
        assertThat(b.holdsText()).isTrue();
        there.leave();
        eventually("it is forgotten", () -> stage.on(() -> !b.store.isFollowing(id)));
        assertThat(b.holdsText()).isFalse();
        assertThat(a.holdsText()).isTrue();
        gate.open();
    }

    // coming back

    @Test
    void from_every_place_a_viewer_reads_on_to_the_same_end_on_every_replica() {
        Replica.Viewer whole = b.view(id, Position.NONE);
        upstream(Script.stream()
                .deltas(5, 8, Duration.ofMillis(3))
                .event("{\"think\":\"hm\"}")
                .await(gate)
                .deltas(40, 8, Duration.ZERO)
                .done());
        a.ask(id, "hello");
        whole.await("aside");
        a.ask(id, "more");
        whole.await("queued 1");
        Position middle = whole.position();
        List<Replica.Viewer> early = new ArrayList<>();
        for (long seq = 0; seq <= middle.seq(); seq++) {
            for (Replica replica : List.of(a, b, replica())) {
                Replica.Viewer viewer = replica.view(id, new Position(middle.epoch(), seq));
                assertThat(viewer.joined).isInstanceOf(Joined.Resumed.class);
                early.add(viewer);
            }
        }
        gate.open();
        eventually(
                "both ends",
                () -> whole.seen().stream().filter("end COMPLETE"::equals).count() == 2);
        int at = 0;
        for (long seq = 0; seq <= middle.seq(); seq++) {
            for (int i = 0; i < 3; i++) {
                readsOn(early.get(at++), whole, seq);
            }
        }
        for (long seq = 0; seq <= whole.position().seq(); seq++) {
            for (Replica replica : List.of(a, b, replica())) {
                Replica.Viewer late = replica.view(id, new Position(middle.epoch(), seq));
                assertThat(late.joined).isInstanceOf(Joined.Resumed.class);
                readsOn(late, whole, seq);
                late.leave();
            }
        }
    }

    private static void readsOn(Replica.Viewer viewer, Replica.Viewer whole, long seq) {
        eventually("all after " + seq, () -> {
            viewer.seen();
            return viewer.position().equals(whole.position());
        });
        assertThat(viewer.seen).isEqualTo(whole.seen.subList((int) seq, whole.seen.size()));
        assertThat(viewer.hasMoved()).isFalse();
    }

    @Test
    void whoever_cannot_go_on_is_told_why() {
        Replica.Viewer nobody = a.view(new SessionId("unknown"), null);
        assertThat(((Joined.Reset) nobody.joined).reason()).isEqualTo(Fresh.UNKNOWN_SESSION);
        talk(a, "hello", "1");
        Position top = a.view(id, null).position();
        for (Replica replica : List.of(a, b)) {
            assertThat(reason(replica, new Position("other", 2))).isEqualTo(Fresh.EPOCH_CHANGED);
            assertThat(reason(replica, new Position(top.epoch(), top.seq() + 1)))
                    .isEqualTo(Fresh.AHEAD);
            assertThat(replica.view(id, top).joined).isInstanceOf(Joined.Resumed.class);
        }
        pass(11 * 60);
        assertThat(reason(replica(), new Position(top.epoch(), 1))).isEqualTo(Fresh.EXPIRED);
    }

    private @Nullable Fresh reason(Replica replica, Position from) {
        Replica.Viewer viewer = replica.view(id, from);
        Joined.Reset reset = (Joined.Reset) viewer.joined;
        assertThat(Replica.messages(reset.snapshot().messages()))
                .containsExactly("USER COMPLETE hello", "ASSISTANT COMPLETE 1");
        viewer.leave();
        return reset.reason();
    }

    @Test
    void a_snapshot_and_what_follows_are_together_exactly_what_happened() {
        Random random = new Random(7);
        talk(a, "first", "1");
        upstream(
                Script.stream().deltas(250, 8, Duration.ofMillis(4)).done(),
                Script.stream().deltas(100, 8, Duration.ofMillis(4)).done());
        Replica.Viewer whole = b.view(id, null);
        a.ask(id, "second");
        List<Replica.Viewer> viewers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            long ms = 1L + random.nextInt(30);
            stage.await(() -> stage.vertx().timer(ms, java.util.concurrent.TimeUnit.MILLISECONDS));
            viewers.add((random.nextBoolean() ? a : b).view(id, null));
            if (i == 12) {
                b.ask(id, "third");
            }
        }
        eventually(
                "both ends",
                () -> whole.seen().stream().filter("end COMPLETE"::equals).count() == 2);
        for (Replica.Viewer viewer : viewers) {
            eventually("the end", () -> {
                viewer.seen();
                return viewer.position().equals(whole.position());
            });
            assertThat(told(viewer)).isEqualTo(told(whole));
        }
    }

    /** The conversation as a client has it in the end: what the snapshot said, and what came after. */
    private static List<String> told(Replica.Viewer viewer) {
        Snapshot snapshot = viewer.snapshot();
        List<String> said = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        for (Message message : snapshot.messages()) {
            (message.role() == Message.Role.USER ? said : answers).add(message.content());
        }
        Buffer text = snapshot.partial().copy();
        for (Event event : viewer.seen) {
            if (event instanceof Event.Said more) {
                said.add(more.content());
            } else if (event instanceof Event.Delta delta) {
                text.appendBuffer(delta.literal());
            } else if (event instanceof Event.End) {
                answers.add(text.toString());
                text = Buffer.buffer();
            }
        }
        said.addAll(answers);
        return said;
    }
}
