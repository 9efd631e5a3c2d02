package nova.chat.protocol;

import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What happens in a session, in the order in which it happens: the words of its log. */
public sealed interface Event {
    <R> R match(Cases<R> cases);

    /** The turn that it is a part of; null when it is of none. */
    @Nullable
    TurnId turn();

    /** Exhaustive on Java 17, where {@code switch} over a sealed type is not to be had. */
    interface Cases<R> {
        R said(Said said);

        R started(Started started);

        R delta(Delta delta);

        R aside(Aside aside);

        R queued(Queued queued);

        R end(End end);

        R failure(Failure failure);
    }

    /**
     * A user's message was accepted.
     *
     * @param ref the client's own name for it; null when it gave none
     */
    record Said(TurnId turn, @Nullable String ref, String content) implements Event {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.said(this);
        }

        /** Without the user's text. */
        @Override
        public String toString() {
            return "Said[" + turn + "]";
        }
    }

    /** Its turn has begun. */
    record Started(TurnId turn, @Nullable String ref) implements Event {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.started(this);
        }
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
     * What the model does meanwhile; never part of the answer.
     *
     * @param json the value as upstream wrote it, in valid UTF-8: an object for {@code STATUS} and {@code META}, a string
     *     with its quotes for {@code THINKING}
     */
    record Aside(TurnId turn, Kind kind, Buffer json) implements Event {
        public enum Kind {
            STATUS,
            THINKING,
            META
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.aside(this);
        }
    }

    /**
     * A message waits.
     *
     * @param turn its turn; null while it is not yet known whether it may have one
     * @param position 1 is next
     */
    record Queued(@Nullable TurnId turn, @Nullable String ref, int position, Queued.Reason reason) implements Event {
        public enum Reason {
            BUSY,
            UPSTREAM_DOWN;

            String wire() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.queued(this);
        }
    }

    /**
     * The answer is whole, or as long as it was when somebody stopped it; and stored.
     *
     * @param stats null for a message that was stopped before it ran
     */
    record End(TurnId turn, End.Reason reason, @Nullable Stats stats) implements Event {
        public enum Reason {
            COMPLETE,
            STOPPED;

            String wire() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.end(this);
        }
    }

    /**
     * How an answer came.
     *
     * @param firstChunkMs from the turn's start to its first piece of text; null when there was none
     * @param bytes of its text in UTF-8
     */
    record Stats(@Nullable Long firstChunkMs, long durationMs, int chunks, long bytes) {}

    /**
     * The turn ended otherwise.
     *
     * @param ref the client's own name for the message; null when it gave none
     * @param content for people: what happened, what became of the message, what to do
     */
    record Failure(
            TurnId turn,
            @Nullable String ref,
            ErrorCode code,
            String content,
            @Nullable Long retryAfterMs) implements Event {
        public Failure(TurnId turn, @Nullable String ref, ErrorCode code, String content) {
            this(turn, ref, code, content, null);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.failure(this);
        }
    }
}
