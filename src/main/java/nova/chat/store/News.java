package nova.chat.store;

import nova.chat.log.Batch;
import org.jspecify.annotations.Nullable;

/** What a store tells of a session that is followed. A hint: any may be lost, and the log is the truth. */
public sealed interface News {
    <R> R match(Cases<R> cases);

    /** Exhaustive on Java 17, where {@code switch} over a sealed type is not to be had. */
    interface Cases<R> {
        R grown(Grown grown);

        R changed(Changed changed);

        R called(Called called);
    }

    /**
     * The log grew by this batch.
     *
     * @param owner whose the session is, so that nobody else is shown it; null for nobody's
     */
    record Grown(@Nullable String owner, String epoch, Batch batch) implements News {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.grown(this);
        }
    }

    /** Something happened, or may have happened unheard: it is to be read. */
    record Changed() implements News {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.changed(this);
        }
    }

    /** Whoever holds the lease is wanted: a stop, or a change of what waits. It is told with its next append. */
    record Called() implements News {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.called(this);
        }
    }
}
