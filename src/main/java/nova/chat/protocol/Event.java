package nova.chat.protocol;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** What happens in a session, in the order in which it happens: the words of its log. */
public sealed interface Event {
    <R> R match(Cases<R> cases);

    /** The turn that it is a part of; null when it is of none. */
    @Nullable
    TurnId turn();

    /** Exhaustive on Java 17, where {@code switch} over a sealed type is not to be had. */
    interface Cases<R> {
        R delta(Delta delta);

        R queued(Queued queued);

        R end(End end);

        R failure(Failure failure);
    }

    /**
     * A piece of the answer.
     *
     * @param literal the inside of a JSON string literal in valid UTF-8, to be spliced into a frame as it is. Never
     *     decoded on the way: surrogate halves that upstream splits over two pieces stay exact.
     */
    record Delta(TurnId turn, Buffer literal) implements Event {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.delta(this);
        }
    }

    /**
     * A message waits.
     *
     * @param turn its turn; null while it is not yet known whether it may have one
     * @param position 1 is next
     */
    record Queued(@Nullable TurnId turn, int position, Reason reason) implements Event {
        public enum Reason {
            BUSY,
            UPSTREAM_DOWN
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.queued(this);
        }
    }

    /** The answer is whole, and stored. */
    record End(TurnId turn) implements Event {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.end(this);
        }
    }

    /**
     * The turn ended otherwise.
     *
     * @param content for people: what happened, what became of the message, what to do
     * @param keyRefused the Orchestrator refused the key of the one who asked: whether it is still good is to be asked
     */
    record Failure(
            TurnId turn,
            ErrorCode code,
            String content,
            @Nullable Long retryAfterMs,
            boolean keyRefused) implements Event {
        public Failure(TurnId turn, ErrorCode code, String content) {
            this(turn, code, content, null, false);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.failure(this);
        }
    }
}
