package nova.chat.protocol;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A kind of event that only those get who ask for it: answers can be read without. */
public enum Extra {
    /** What was asked: for whoever did not ask it. */
    USER,
    STATUS,
    THINKING,
    META;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The kind that an event is of; null for one that everybody gets. */
    public static @Nullable Extra of(Event event) {
        if (event instanceof Event.Said) {
            return USER;
        }
        return event instanceof Event.Aside aside ? valueOf(aside.kind().name()) : null;
    }

    /** Its frame's type, and its name in {@code hello}. */
    String wire() {
        return wire;
    }

    static Optional<Extra> named(String wire) {
        return Stream.of(values()).filter(kind -> kind.wire.equals(wire)).findFirst();
    }
}
