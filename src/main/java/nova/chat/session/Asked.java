package nova.chat.session;

import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.TurnId;

/** What became of a message that was sent: said once it is in the store, or is known not to be. */
public sealed interface Asked {
    <R> R match(Cases<R> cases);

    /** Exhaustive on Java 17, where {@code switch} over a sealed type is not to be had. */
    interface Cases<R> {
        R accepted(Accepted accepted);

        R waiting(Waiting waiting);

        R known(Known known);

        R refused(Refused refused);
    }

    /** It runs; its end will be in the log. */
    record Accepted(TurnId turn) implements Asked {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.accepted(this);
        }
    }

    /**
     * It waits for its turn; its end will be in the log.
     *
     * @param position 1 is next
     */
    record Waiting(TurnId turn, int position) implements Asked {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.waiting(this);
        }
    }

    /**
     * A message of this name was accepted before.
     *
     * @param position where it waits, 1 is next; 0 where it runs or has ended
     */
    record Known(TurnId turn, int position) implements Asked {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.known(this);
        }
    }

    /** It was not accepted; nothing of it is kept. */
    record Refused(ErrorCode code) implements Asked {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.refused(this);
        }
    }
}
