package nova.chat.session;

import nova.chat.log.Cursor;
import nova.chat.protocol.Welcome.Fresh;
import org.jspecify.annotations.Nullable;

/** How somebody who comes, or comes back, follows a session. */
public sealed interface Joined {
    <R> R match(Cases<R> cases);

    /** Exhaustive on Java 17, where {@code switch} over a sealed type is not to be had. */
    interface Cases<R> {
        R resumed(Resumed resumed);

        R reset(Reset reset);
    }

    Cursor cursor();

    /** From where it was: nothing is missing. */
    record Resumed(Cursor cursor) implements Joined {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.resumed(this);
        }
    }

    /**
     * From a snapshot.
     *
     * @param reason why it cannot go on from where it was; null where it did not say where that is
     */
    record Reset(@Nullable Fresh reason, Snapshot snapshot, Cursor cursor) implements Joined {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.reset(this);
        }
    }
}
