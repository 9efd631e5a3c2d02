package nova.chat.store;

import org.jspecify.annotations.Nullable;

/** What {@link Store#append} and {@link Store#end} answer. */
public sealed interface Written {
    <R> R match(Cases<R> cases);

    /** Exhaustive on Java 17, where {@code switch} over a sealed type is not to be had. */
    interface Cases<R> {
        R kept(Kept kept);

        R ended(Ended ended);

        R behind(Behind behind);

        R gone(Gone gone);

        R lost(Lost lost);
    }

    /**
     * It is stored; or, where {@link Store#end} answers so, nothing was: the queue has changed, and the log is to tell
     * that first.
     *
     * @param stop somebody wants the turn to stop
     * @param queue the queue's version
     */
    record Kept(boolean stop, long queue) implements Written {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.kept(this);
        }
    }

    /**
     * The turn has ended.
     *
     * @param next the right to run the next message; null where none waits or the claimant cannot run it
     */
    record Ended(@Nullable Lease next) implements Written {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.ended(this);
        }
    }

    /** Nothing was stored: the log ends before the batch, with {@code seq}. What lies between is to be sent again. */
    record Behind(long seq) implements Written {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.behind(this);
        }
    }

    /** Nothing was stored: the store has lost the session, or the lease itself, and nobody else has it: {@link Store#restore}. */
    record Gone() implements Written {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.gone(this);
        }
    }

    /** Nothing was stored: the lease was taken away. */
    record Lost() implements Written {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.lost(this);
        }
    }
}
