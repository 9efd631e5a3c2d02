package nova.chat.store;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import nova.chat.config.Config;
import nova.chat.protocol.SessionId;
import org.jspecify.annotations.Nullable;

/** The one script of all operations on a session, each one step (see {@code session.lua}). */
final class SessionScript {
    /** Of {@code meta}. A replica that meets a newer one, in a rolling upgrade, refuses instead of guessing. */
    static final int SCHEMA = 2;

    static final Script SCRIPT = Script.named(
            "session.lua",
            "conversation.lua",
            "events.lua",
            "waiting.lua",
            "lease.lua",
            "begin.lua",
            "retract.lua",
            "claim.lua",
            "depart.lua",
            "append.lua",
            "end.lua",
            "restore.lua",
            "stop.lua",
            "cancel.lua",
            "queue.lua",
            "read.lua",
            "perform.lua");

    /** As many epochs as there may be: a few letters, and no session meets the same twice. */
    private static final long EPOCHS = 1L << 50;

    /** Keys, digest and numbers around what is sent. */
    private static final int COMMAND_BYTES = 768;

    private final RedisLink link;
    private final Config.Turns turns;

    SessionScript(RedisLink link, Config.Turns turns) {
        this.link = link;
        this.turns = turns;
    }

    /** What an operation takes besides what all do, in its order. */
    static final class Arguments {
        private final List<byte[]> values = new ArrayList<>();
        private long bytes = COMMAND_BYTES;

        @CanIgnoreReturnValue
        Arguments add(byte[] value) {
            values.add(value);
            bytes += value.length;
            return this;
        }

        /** Null is the empty one. */
        @CanIgnoreReturnValue
        Arguments add(@Nullable String text) {
            return add((text == null ? "" : text).getBytes(StandardCharsets.UTF_8));
        }

        @CanIgnoreReturnValue
        Arguments add(long number) {
            return add(String.valueOf(number));
        }

        @CanIgnoreReturnValue
        Arguments add(boolean yes) {
            return add(yes ? "1" : "0");
        }
    }

    /**
     * Performs one.
     *
     * @param ref of the message, if it has one that matters here
     */
    Future<Response> perform(String operation, SessionId session, @Nullable String ref, Arguments own) {
        List<String> keys = new Keys(session).forScripts(ref);
        return link.run(
                        own.bytes,
                        redis -> SCRIPT.run(redis, keys, request -> {
                            common(request.arg(operation));
                            own.values.forEach(request::arg);
                        }))
                .map(SessionScript::ofOurSchema);
    }

    private void common(Request request) {
        request.arg(SCHEMA).arg(epoch()).arg(Instant.now().toString());
        request.arg(Store.KEPT.toMillis()).arg(Store.LOG_KEPT.toMillis());
        request.arg(Store.LEASE.toMillis()).arg(Store.REF_KEPT.toMillis());
        request.arg(turns.maxHistory()).arg(turns.maxBytes());
    }

    private static String epoch() {
        return Long.toString(ThreadLocalRandom.current().nextLong(EPOCHS), Character.MAX_RADIX);
    }

    private static Response ofOurSchema(Response answer) {
        if (answer.get(0).toString().equals("newer")) {
            throw new StoreUnavailable("the session was written by a newer version of the service (schema "
                    + answer.get(1) + ", ours is " + SCHEMA + ")");
        }
        return answer;
    }
}
