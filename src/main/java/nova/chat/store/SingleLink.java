package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import java.util.List;
import java.util.function.Function;
import nova.chat.store.RedisDial.Line;
import org.jspecify.annotations.Nullable;

/** One pipelined connection to one Redis at a time, to which its dial finds the way. */
final class SingleLink implements RedisLink {
    private final RedisDial dial;
    private final String name;
    private final RedisKeeper keeper;
    private final Calls calls;

    /**
     * Connects to nothing yet.
     *
     * @param scripts that each new connection brings along: one that is sent in full only after it was missed would be
     *     overtaken by what was called later
     */
    SingleLink(Vertx vertx, RedisDial dial, String name, List<Script> scripts) {
        this.dial = dial;
        this.name = name;
        this.keeper = new RedisKeeper(
                vertx, dial, name, line -> scripts.forEach(script -> script.load(line.connection())), this::lost);
        this.calls = new Calls(vertx, this::trouble);
    }

    @Override
    public <T> Future<T> run(long bytes, Function<RedisConnection, Future<T>> commands) {
        return calls.run(bytes, () -> keeper.line().map(Line::connection).compose(commands));
    }

    /** Whether it has a connection, or has not failed to get one. */
    boolean isWell() {
        return keeper.isWell();
    }

    /** Where its connection leads; null while there is none. */
    @Nullable
    RedisOptions where() {
        return keeper.where();
    }

    /** Gives up the connection that is there, if any: there is a better one. */
    void leave() {
        keeper.drop(new RedisFailure("another one is the master now"));
    }

    @Override
    public RedisDial dial() {
        return dial;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Future<Void> close() {
        Future<Void> closed = keeper.close();
        calls.failAll("the store is closed");
        return closed;
    }

    /** Replies come in the order of commands, so one that does not come holds up all others: the line is dead. */
    private void trouble(RedisFailure failure) {
        if (failure.isElsewhere() || failure.equals(RedisFailure.TOO_LATE)) {
            keeper.drop(failure);
        }
    }

    private void lost(RedisFailure why) {
        calls.failAll(why.toString());
    }
}
