package nova.chat.protocol;

import java.util.UUID;

/** The name of one user message and its answer, unique over all sessions. */
public record TurnId(String value) {
    public static TurnId mint() {
        return new TurnId(UUID.randomUUID().toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
