package nova.chat.protocol;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a client says, one value for every possible message: malformed ones are values too, never exceptions. */
public sealed interface ClientFrame {
    <R> R match(Cases<R> cases);

    /** Exhaustive on Java 17, where {@code switch} over a sealed type is not to be had. */
    interface Cases<R> {
        R hello(Hello hello);

        R auth(Auth auth);

        R user(User user);

        R stop(Stop stop);

        R cancel(Cancel cancel);

        R resume(Resume resume);

        R history(History history);

        R ping(Ping ping);

        R malformed(Malformed malformed);
    }

    /**
     * The first frame of a v2 connection.
     *
     * @param token the key; null when it was brought otherwise, or is to come
     * @param session null: a new one
     * @param from what was seen of it; null: the snapshot is wanted
     * @param extras events that are wanted beside the answers
     */
    record Hello(
            @Nullable String token,
            @Nullable SessionId session,
            @Nullable Position from,
            Set<Extra> extras) implements ClientFrame {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.hello(this);
        }

        /** Never the token. */
        @Override
        public String toString() {
            return "Hello[session=" + session + ", from=" + from + ", extras=" + extras + "]";
        }
    }

    /** A key, for clients that cannot or would rather not put it into the URL. */
    record Auth(String token) implements ClientFrame {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.auth(this);
        }

        /** Never the token. */
        @Override
        public String toString() {
            return "Auth[…]";
        }
    }

    /**
     * A message for the model.
     *
     * @param content exactly as typed
     * @param session null: the connection's current one
     * @param ref the client's own name for it, which makes a repetition safe; null when it gave none
     */
    record User(
            String content,
            @Nullable SessionId session,
            @Nullable String ref,
            OnBusy onBusy) implements ClientFrame {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.user(this);
        }

        /** Without the user's text. */
        @Override
        public String toString() {
            return "User[session=" + session + ", ref=" + ref + ", onBusy=" + onBusy + "]";
        }
    }

    /**
     * Ends a turn, or a message that waits for its own; without either name, the turn that runs.
     *
     * @param ref the client's own name of the message
     */
    record Stop(@Nullable TurnId turn, @Nullable String ref) implements ClientFrame {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.stop(this);
        }
    }

    /** Drops a message if it still waits. */
    record Cancel(String ref) implements ClientFrame {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.cancel(this);
        }
    }

    /**
     * Goes on where the client left off, in this session or in another.
     *
     * @param from null: the snapshot is wanted
     */
    record Resume(SessionId session, @Nullable Position from) implements ClientFrame {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.resume(this);
        }
    }

    /**
     * Asks for a page of the conversation.
     *
     * @param before the turn whose first message is the first that is not wanted; null: the newest messages
     * @param limit how many at most
     */
    record History(@Nullable TurnId before, int limit) implements ClientFrame {
        /** About what a screen shows, and the next. */
        public static final int DEFAULT_LIMIT = 50;
        /** More at once would keep an answer that runs from being sent for too long. */
        public static final int MAX_LIMIT = 200;

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.history(this);
        }
    }

    /**
     * Asks where the log ends now.
     *
     * @param id comes back with the answer; null when there was none
     */
    record Ping(@Nullable String id) implements ClientFrame {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.ping(this);
        }
    }

    /**
     * Anything else.
     *
     * @param content for people: what is wrong and what would be right
     * @param ref the client's own name for what it sent; null where it gave none, or none that could be read
     */
    record Malformed(
            ErrorCode code, String content, @Nullable String ref) implements ClientFrame {
        public Malformed(ErrorCode code, String content) {
            this(code, content, null);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.malformed(this);
        }
    }
}
