package nova.chat.protocol;

import java.util.Optional;

/** What a client says, one value for every possible message: malformed ones are values too, never exceptions. */
public sealed interface ClientFrame {
    <R> R match(Cases<R> cases);

    /** Exhaustive on Java 17, where {@code switch} over a sealed type is not to be had. */
    interface Cases<R> {
        R user(User user);

        R auth(Auth auth);

        R malformed(Malformed malformed);
    }

    /** A message for the model, exactly as typed. */
    record User(String content, Optional<SessionId> session) implements ClientFrame {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.user(this);
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
     * Anything else.
     *
     * @param content for people: what is wrong and what would be right
     */
    record Malformed(ErrorCode code, String content) implements ClientFrame {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.malformed(this);
        }
    }
}
