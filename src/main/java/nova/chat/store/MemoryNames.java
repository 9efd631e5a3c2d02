package nova.chat.store;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/** The names that clients gave to their messages: those that came, and those that were stopped before they came. */
final class MemoryNames {
    /** Beyond them the oldest are forgotten before their time: a retry so late would be taken for a new message. */
    static final int MAX_NAMES = 4_096;

    /** Beyond them the oldest are forgotten before their time: nobody stops that much that has not come. */
    static final int MAX_STOPS = 64;

    /** Two short strings, their entry and the time, about. */
    private static final int NAME_BYTES = 256;

    private record Name(TurnId turn, Instant until) {}

    /** Oldest first, which is the order in which they expire. */
    private final Map<String, Name> names = new LinkedHashMap<>();

    private final Map<String, Instant> stops = new LinkedHashMap<>();

    private final InstantSource clock;

    MemoryNames(InstantSource clock) {
        this.clock = clock;
    }

    void remember(@Nullable String ref, TurnId turn) {
        if (ref != null) {
            names.put(ref, new Name(turn, clock.instant().plus(Store.REF_KEPT)));
            bound(names, MAX_NAMES);
        }
    }

    @Nullable
    TurnId turnOf(@Nullable String ref) {
        Instant now = clock.instant();
        names.values().removeIf(name -> !name.until.isAfter(now));
        Name name = names.get(ref);
        return name == null ? null : name.turn;
    }

    void rememberStop(String ref) {
        stops.remove(ref);
        stops.put(ref, clock.instant().plus(Store.STOP_KEPT));
        bound(stops, MAX_STOPS);
    }

    /** Whether the message of that name was stopped before it came; asked once. */
    boolean takeStop(@Nullable String ref) {
        Instant now = clock.instant();
        stops.values().removeIf(until -> !until.isAfter(now));
        return stops.remove(ref) != null;
    }

    long bytes() {
        return (long) NAME_BYTES * (names.size() + stops.size());
    }

    private static void bound(Map<String, ?> map, int max) {
        if (map.size() > max) {
            Iterator<?> oldest = map.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
