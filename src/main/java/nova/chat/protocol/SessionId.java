package nova.chat.protocol;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The name of a conversation: 1 to 128 of {@code [A-Za-z0-9_-]} (PROTOCOL.md, "Sessions"). Made only by {@link #mint}
 * and {@link #parse}, so no other character can reach a Redis key, where a brace would choose the Cluster slot.
 */
public record SessionId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    public SessionId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a session id");
        }
    }

    /** A new one that nobody can guess: whoever knows the id of a session without a key may use it. */
    public static SessionId mint() {
        return new SessionId(UUID.randomUUID().toString());
    }

    public static Optional<SessionId> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new SessionId(text)) : Optional.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}
