package nova.chat.orchestrator;

import io.vertx.core.buffer.Buffer;

/** What the Orchestrator says in its event stream (PROTOCOL.md, "Upstream"). */
public sealed interface UpstreamEvent {
    <R> R match(Cases<R> cases);

    /** Exhaustive on Java 17, where {@code switch} over a sealed type is not to be had. */
    interface Cases<R> {
        R text(Text text);

        R aside(Aside aside);

        R heartbeat(Heartbeat heartbeat);

        R failed(Failed failed);

        R done(Done done);
    }

    /**
     * A piece of the answer.
     *
     * @param literal the inside of a JSON string literal, escaped and valid UTF-8: ready to be spliced into a frame. A
     *     surrogate pair may be split over two pieces, each half as an escape.
     */
    record Text(Buffer literal) implements UpstreamEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.text(this);
        }
    }

    /**
     * Progress, planning prose or the model's name: never part of the answer.
     *
     * @param json the value as upstream wrote it, in valid UTF-8: an object for {@code STATUS} and {@code META}, a string
     *     with its quotes for {@code THINK}
     */
    record Aside(Kind kind, Buffer json) implements UpstreamEvent {
        public enum Kind {
            STATUS,
            THINK,
            META
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.aside(this);
        }
    }

    /** Proof of life in a silence. */
    record Heartbeat() implements UpstreamEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.heartbeat(this);
        }
    }

    /** The turn failed, in the Orchestrator's own words. */
    record Failed(String words) implements UpstreamEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.failed(this);
        }
    }

    /** {@code [DONE]}: the answer is whole. */
    record Done() implements UpstreamEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.done(this);
        }
    }
}
