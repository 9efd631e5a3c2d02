package nova.chat.orchestrator;

import org.jspecify.annotations.Nullable;

/**
 * Why a call upstream did not do what it was for: the one way in which the futures of {@link Orchestrator} fail. Each
 * cause is a type, none a string to be searched. Messages are for the log; no address of ours stands in them.
 */
public abstract sealed class UpstreamFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private UpstreamFailure(String message) {
        super(message, null, false, false);
    }

    public abstract <R> R match(Cases<R> cases);

    public interface Cases<R> {
        R unreachable(Unreachable failure);

        R silent(Silent failure);

        R stalled(Stalled failure);

        R truncated(Truncated failure);

        R refused(Refused failure);

        R notAStream(NotAStream failure);

        R said(Said failure);

        R tooLarge(TooLarge failure);
    }

    /** No connection: the request never left, so it may be sent again. */
    public static final class Unreachable extends UpstreamFailure {
        private static final long serialVersionUID = 1L;

        public Unreachable(String why) {
            super(why);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.unreachable(this);
        }
    }

    /** Connected and asked, but no response header within the header timeout. */
    public static final class Silent extends UpstreamFailure {
        private static final long serialVersionUID = 1L;

        public Silent() {
            super("no response header in time");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.silent(this);
        }
    }

    /** The stream began, then said nothing, not even a heartbeat, for the stall timeout. */
    public static final class Stalled extends UpstreamFailure {
        private static final long serialVersionUID = 1L;

        public Stalled() {
            super("the stream fell silent");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.stalled(this);
        }
    }

    /** The connection or the stream ended before {@code [DONE]}. The request was sent: it must not be repeated. */
    public static final class Truncated extends UpstreamFailure {
        private static final long serialVersionUID = 1L;

        public Truncated() {
            super("the connection ended early");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.truncated(this);
        }
    }

    /** Answered with another status than success; redirects are not followed and come here too. */
    public static final class Refused extends UpstreamFailure {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final @Nullable String detail;
        private final @Nullable Long retryAfterMs;

        public Refused(int status, @Nullable String detail, @Nullable Long retryAfterMs) {
            super("status " + status);
            this.status = status;
            this.detail = detail;
            this.retryAfterMs = retryAfterMs;
        }

        public int status() {
            return status;
        }

        /** Whether it is the key that was refused. */
        public boolean isOfKey() {
            return status == 401 || status == 403;
        }

        /** The Orchestrator's {@code detail}, cleaned and cut; null when it gave none that can be read. */
        public @Nullable String detail() {
            return detail;
        }

        public @Nullable Long retryAfterMs() {
            return retryAfterMs;
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.refused(this);
        }
    }

    /** A 200 that is no event stream, or an answer that is not the JSON it should be. */
    public static final class NotAStream extends UpstreamFailure {
        private static final long serialVersionUID = 1L;

        public NotAStream() {
            super("not the kind of answer that the call is for");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.notAStream(this);
        }
    }

    /** {@code {"error":"…"}} in the stream. */
    public static final class Said extends UpstreamFailure {
        private static final long serialVersionUID = 1L;
        private final String words;

        public Said(String words) {
            super("the Orchestrator reported an error");
            this.words = words;
        }

        public String words() {
            return words;
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.said(this);
        }
    }

    /** One event is larger than a whole answer may be. */
    public static final class TooLarge extends UpstreamFailure {
        private static final long serialVersionUID = 1L;

        public TooLarge() {
            super("an event over the size limit");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.tooLarge(this);
        }
    }
}
