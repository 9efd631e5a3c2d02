package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import nova.chat.config.Config;
import nova.chat.protocol.SessionId;
import nova.chat.store.Store1.Known;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MemoryStoreTest1 extends StoreContract1 {
    private Instant now = Instant.parse("2026-03-01T00:00:00Z");

    @Override
    Store1 open(Vertx vertx, Config.Turns turns) {
        return new MemoryStore1(turns, () -> now, 1_000, 256L << 20);
    }

    @Override
    void daysPass(int days) {
        now = now.plus(Duration.ofDays(days));
    }

    @Test
    void the_session_unused_for_longest_makes_room_when_there_are_too_many() {
        store = new MemoryStore1(turns(MAX_BYTES), () -> now, 2, 1 << 20);
        List<SessionId> ids = List.of(SessionId.mint(), SessionId.mint(), SessionId.mint());
        beginIn(ids.get(0), "a");
        beginIn(ids.get(1), "b");
        loop.await(() -> store.keepAgent(ids.get(0), "agent"));
        beginIn(ids.get(2), "c");
        assertThat(ids.stream().map(this::ownerOf)).containsExactly("ada", null, "ada");
    }

    @Test
    void sessions_unused_for_longest_make_room_when_they_are_too_large() {
        store = new MemoryStore1(turns(MAX_BYTES), () -> now, 1_000, 20_000);
        List<SessionId> ids = List.of(SessionId.mint(), SessionId.mint(), SessionId.mint());
        beginIn(ids.get(0), "a".repeat(4_000));
        beginIn(ids.get(1), "b".repeat(4_000));
        beginIn(ids.get(2), "c".repeat(12_000));
        assertThat(ids.stream().map(this::ownerOf)).containsExactly(null, "ada", "ada");
        beginIn(ids.get(0), "d".repeat(30_000));
        assertThat(ids.stream().map(this::ownerOf)).as("the one in use stays").containsExactly("ada", null, null);
        beginIn(ids.get(1), "e".repeat(4_000));
        beginIn(ids.get(2), "f".repeat(4_000));
        assertThat(ids.stream().map(this::ownerOf)).containsExactly(null, "ada", "ada");
    }

    @Test
    void the_operator_chooses_memory_by_giving_no_url() {
        var storage = new Config.Storage(Optional.empty());
        assertThat(Store1.open(loop.vertx, storage, turns(MAX_BYTES)).kind()).isEqualTo("memory");
    }

    private void beginIn(SessionId id, String content) {
        loop.await(() -> store.begin(id, "ada", question("t1", content)));
    }

    private @Nullable String ownerOf(SessionId id) {
        Known known = loop.await(() -> store.look(id));
        return known.owner();
    }
}
