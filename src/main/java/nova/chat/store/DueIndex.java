package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import nova.chat.protocol.SessionId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which sessions somebody should look after: a sorted set in a slot of its own, scored by when. Kept beside the sessions
 * and not in one step with them, so it may be wrong; a session named in vain costs one look, and whoever opens a session
 * finds what the index has missed.
 */
final class DueIndex {
    static final String KEY = "nova:chat:due";

    static final int MOST_AT_ONCE = 100;

    /** Whoever was named a session deals with it well within that; if not, the next one is. */
    static final Duration PUT_OFF = Duration.ofSeconds(5);

    /** A third of a lease: two renewals may be lost. */
    private static final long RENEWAL_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final int COMMAND_BYTES = 256;

    static final Script MARK = Script.named("due_mark.lua");
    static final Script TAKE = Script.named("due_take.lua");

    private static final Logger LOG = LoggerFactory.getLogger(DueIndex.class);

    private final RedisLink link;

    /** Those renewed since then: emptied every few seconds, so it never holds more than what runs. */
    private final Set<SessionId> renewed = new HashSet<>();

    private long sinceNanos = System.nanoTime();

    DueIndex(RedisLink link) {
        this.link = link;
    }

    /** A lease was given in it, or renewed: nobody need look before it is past. Tells Redis only now and then. */
    void renew(SessionId session) {
        long now = System.nanoTime();
        if (now - sinceNanos > RENEWAL_NANOS) {
            renewed.clear();
            sinceNanos = now;
        }
        if (renewed.add(session)) {
            mark(session, Store.LEASE);
        }
    }

    /** Something waits in it, and nothing runs. */
    void call(SessionId session) {
        renewed.remove(session);
        mark(session, Duration.ZERO);
    }

    /** There is nothing to look after. */
    void forget(SessionId session) {
        renewed.remove(session);
        Request request = Request.cmd(Command.ZREM).arg(KEY).arg(session.value());
        ignored(link.run(COMMAND_BYTES, redis -> redis.send(request).map(Optional::ofNullable)));
    }

    private void mark(SessionId session, Duration fromNow) {
        ignored(link.run(
                COMMAND_BYTES,
                redis -> MARK.run(
                        redis,
                        List.of(KEY),
                        arguments -> arguments
                                .arg(session.value())
                                .arg(fromNow.toMillis())
                                .arg(Store.KEPT.toMillis()))));
    }

    private static void ignored(Future<?> done) {
        done.onFailure(error -> LOG.debug("The index of due sessions: {}", error.getMessage()));
    }

    /** Sessions whose time has come; put off, so that other replicas are named other ones. */
    Future<List<SessionId>> take() {
        return link.run(
                        COMMAND_BYTES,
                        redis -> TAKE.run(
                                redis,
                                List.of(KEY),
                                arguments -> arguments.arg(MOST_AT_ONCE).arg(PUT_OFF.toMillis())))
                .map(DueIndex::sessions);
    }

    private static List<SessionId> sessions(Response names) {
        return names.stream()
                .map(Response::toString)
                .map(SessionId::parse)
                .flatMap(Optional::stream)
                .toList();
    }
}
