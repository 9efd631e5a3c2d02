package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import nova.chat.config.Config;
import nova.chat.protocol.Event;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends StoreContract {
    private Instant now = Instant.parse("2026-03-01T00:00:00Z");

    @Override
    Store open(Vertx vertx, Config.Turns turns) {
        return new MemoryStore(vertx, turns, () -> now, 1_000, 512L << 20);
    }

    @Override
    void timePasses(Duration time) {
        now = now.plus(time);
    }

    @Test
    void the_session_unused_for_longest_makes_room_when_there_are_too_many() {
        store = new MemoryStore(loop.vertx, turns(MAX_BYTES), () -> now, 2, 1 << 20);
        List<SessionId> ids = List.of(SessionId.mint(), SessionId.mint(), SessionId.mint());
        beginIn(ids.get(0), "a");
        beginIn(ids.get(1), "b");
        loop.await(() -> store.keepAgent(ids.get(0), "agent"));
        beginIn(ids.get(2), "c");
        assertThat(owners(ids)).containsExactly("ada", null, "ada");
    }

    @Test
    void sessions_unused_for_longest_make_room_when_they_are_too_large() {
        store = new MemoryStore(loop.vertx, turns(MAX_BYTES), () -> now, 1_000, 20_000);
        List<SessionId> ids = List.of(SessionId.mint(), SessionId.mint(), SessionId.mint());
        beginIn(ids.get(0), "a".repeat(4_000));
        beginIn(ids.get(1), "b".repeat(4_000));
        beginIn(ids.get(2), "c".repeat(12_000));
        assertThat(owners(ids)).containsExactly(null, "ada", "ada");
        beginIn(ids.get(0), "d".repeat(30_000));
        assertThat(owners(ids)).as("the one in use stays").containsExactly("ada", null, null);
        beginIn(ids.get(1), "e".repeat(4_000));
        beginIn(ids.get(2), "f".repeat(4_000));
        assertThat(owners(ids)).containsExactly(null, "ada", "ada");
    }

    @Test
    void the_log_and_what_waits_count_too_as_long_as_they_are_kept() {
        store = new MemoryStore(loop.vertx, turns(MAX_BYTES), () -> now, 1_000, 60_000);
        SessionId other = SessionId.mint();
        Lease lease = run("t1");
        append(lease, 1, delta("t1", "x".repeat(40_000)));
        end(lease, null);
        timePasses(Store.LOG_KEPT);
        beginIn(other, "y".repeat(40_000));
        assertThat(owners(List.of(session, other))).as("the log is gone").containsExactly("ada", "ada");
        Lease second = run("t2");
        append(second, 3, delta("t2", "x".repeat(40_000)));
        assertThat(owners(List.of(session, other))).as("a log counts").containsExactly("ada", null);
        beginIn(other, "y");
        begin(question("t3", "z".repeat(20_000)));
        assertThat(owners(List.of(session, other))).as("what waits counts").containsExactly("ada", null);
    }

    @Test
    void a_session_that_was_dropped_is_given_back_by_whoever_runs_its_turn() {
        store = new MemoryStore(loop.vertx, turns(MAX_BYTES), () -> now, 1, 1 << 20);
        Lease lease = run("t1");
        append(lease, 1, said("t1"), delta("t1", "a"));
        beginIn(SessionId.mint(), "b");
        assertThat(append(lease, 3, delta("t1", "c"))).isEqualTo(new Written.Gone());
        assertThat(loop.await(() -> store.restore(session, lease))).isTrue();
        assertThat(append(lease, 3, delta("t1", "c"))).isEqualTo(new Written.Behind(0));
        assertThat(append(lease, 1, said("t1"), delta("t1", "a"), delta("t1", "c")))
                .isInstanceOf(Written.Kept.class);
        assertThat(events()).hasSize(3);
    }

    @Test
    void a_hundred_sessions_are_due_at_once_and_others_the_next_time() {
        List<SessionId> ids = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            ids.add(SessionId.mint());
            beginIn(ids.get(i), "a");
        }
        timePasses(LEASE_PAST);
        List<SessionId> first = loop.await(store::due);
        assertThat(first).hasSize(100);
        Set<SessionId> both = new HashSet<>(first);
        both.addAll(loop.await(store::due));
        assertThat(both).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void what_comes_back_is_not_a_view_of_the_callers_buffers() {
        var literal = Buffer.buffer("abc");
        var status = Buffer.buffer("{}");
        var turn = new TurnId("t1");
        var aside = new Event.Aside(turn, Event.Aside.Kind.STATUS, status);
        append(run("t1"), 1, new Event.Delta(turn, literal), aside);
        literal.setString(0, "xyz");
        status.setString(0, "[]");
        assertThat(events().get(0)).isEqualTo(delta("t1", "abc"));
        assertThat(((Event.Aside) events().get(1)).json().toString()).isEqualTo("{}");
    }

    @Test
    void nobody_else_uses_it() {
        assertThat(store.isShared()).isFalse();
    }

    @Test
    void the_operator_chooses_memory_by_giving_no_url() {
        var storage = new Config.Storage(Optional.empty(), Optional.empty());
        assertThat(Store.open(loop.vertx, storage, turns(MAX_BYTES)).kind()).isEqualTo("memory");
    }

    @CanIgnoreReturnValue
    private Begun beginIn(SessionId id, String content) {
        return loop.await(() -> store.begin(id, question("t1", content), OnBusy.ENQUEUE, "token", Position.NONE));
    }

    private List<@Nullable String> owners(List<SessionId> ids) {
        List<@Nullable String> owners = new ArrayList<>();
        ids.forEach(
                id -> owners.add(loop.await(() -> store.read(id, null, false)).owner()));
        return owners;
    }
}
