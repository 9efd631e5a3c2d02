package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;
import nova.chat.config.Config;
import nova.chat.log.Batch;
import nova.chat.protocol.Message;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

public final class MemoryStore implements Store {
    MemoryStore(Vertx vertx, Config.Turns turns) {}

    @Override
    public Future<Begun> begin(SessionId session, Question question, OnBusy onBusy, String token, Position known) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<@Nullable Lease> claim(SessionId session, String token, Claimant claimant) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Queue> queue(SessionId session) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<@Nullable Departure> depart(SessionId session, Lease lease) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> keepAgent(SessionId session, String agentId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Written> append(SessionId session, Lease lease, Batch batch, Progress progress) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Written> end(
            SessionId session,
            Lease lease,
            Batch batch,
            Progress progress,
            @Nullable Message answer,
            @Nullable String nextToken,
            Claimant claimant) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Boolean> restore(SessionId session, Lease lease) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Stopped> stop(SessionId session, @Nullable TurnId turn, @Nullable String ref) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Stopped> cancel(SessionId session, String ref) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Reading> read(SessionId session, @Nullable Position from, boolean messages) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<@Nullable String> agent(SessionId session) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void follow(SessionId session, Consumer<News> ear) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unfollow(SessionId session) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<List<SessionId>> due() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isShared() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> probe() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String kind() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> close() {
        throw new UnsupportedOperationException();
    }
}
