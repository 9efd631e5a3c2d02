package nova.chat.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import nova.chat.config.Config;
import nova.chat.protocol.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of {@link MemoryStore}, and how long each is kept.
 *
 * <p>Bounded twice, by their number and by their size together; where a bound is passed, those that were not used for
 * longest are dropped, silently, as if their seven days were over. The one in use is never dropped.
 */
final class MemorySessions {
    private static final int MAX_DUE = 100;

    private final Config.Turns turns;
    private final InstantSource clock;
    private final int maxSessions;
    private final long maxBytes;

    /** Least recently used first, which is also the order in which they expire. */
    private final Map<SessionId, Kept> sessions = new LinkedHashMap<>();

    /** Those among them whose log is still kept, in the same order. */
    private final Map<SessionId, Kept> logs = new LinkedHashMap<>();

    /** Those among them that are not at rest. */
    private final Set<SessionId> live = new LinkedHashSet<>();

    private long bytes;

    /** A session in its place in the row. */
    private static final class Kept {
        final MemorySession session;
        Instant used = Instant.MIN;
        /** What it cost when it was last counted. */
        long bytes;

        Kept(MemorySession session) {
            this.session = session;
        }

        boolean isOver(Duration time, Instant now) {
            return !used.plus(time).isAfter(now);
        }
    }

    MemorySessions(Config.Turns turns, InstantSource clock, int maxSessions, long maxBytes) {
        this.turns = turns;
        this.clock = clock;
        this.maxSessions = maxSessions;
        this.maxBytes = maxBytes;
    }

    /** The session, or a new one that is kept only if it is used before it is {@link #settle}d. */
    MemorySession find(SessionId id) {
        expire();
        Kept kept = sessions.get(id);
        return kept == null ? new MemorySession(turns, clock) : kept.session;
    }

    /** Counts what a step has changed; one that used the session puts it last in the row. */
    void settle(SessionId id, MemorySession session) {
        Kept kept = sessions.get(id);
        if (session.takeUsed()) {
            kept = kept == null ? new Kept(session) : kept;
            kept.used = clock.instant();
            putLast(sessions, id, kept);
            if (!session.log.isEmpty()) {
                putLast(logs, id, kept);
            }
        }
        if (kept != null) {
            recount(id, kept);
        }
        while (sessions.size() > 1 && (sessions.size() > maxSessions || bytes > maxBytes)) {
            dropEldest();
        }
    }

    private void recount(SessionId id, Kept kept) {
        bytes -= kept.bytes;
        kept.bytes = kept.session.bytes();
        bytes += kept.bytes;
        if (kept.session.isAtRest()) {
            live.remove(id);
        } else {
            live.add(id);
        }
    }

    /** A hundred at most, and next time others: some may wait for long for a key that nobody here has. */
    List<SessionId> due() {
        expire();
        List<SessionId> due = new ArrayList<>();
        for (SessionId id : live) {
            Kept kept = sessions.get(id);
            if (due.size() < MAX_DUE && kept != null && kept.session.isDue()) {
                due.add(id);
            }
        }
        due.forEach(live::remove);
        live.addAll(due);
        return due;
    }

    void clear() {
        sessions.clear();
        logs.clear();
        live.clear();
        bytes = 0;
    }

    private void expire() {
        Instant now = clock.instant();
        for (var first = eldest(logs);
                first != null && first.getValue().isOver(Store.LOG_KEPT, now);
                first = eldest(logs)) {
            logs.remove(first.getKey());
            forgetLog(first.getKey(), first.getValue());
        }
        for (var first = eldest(sessions);
                first != null && first.getValue().isOver(Store.KEPT, now);
                first = eldest(sessions)) {
            dropEldest();
        }
    }

    /** Not under a lease that nobody has abandoned yet: the answer so far is in it. */
    private void forgetLog(SessionId id, Kept kept) {
        if (kept.session.held == null) {
            kept.session.log.forget();
            recount(id, kept);
        }
    }

    private void dropEldest() {
        var eldest = sessions.entrySet().iterator().next();
        sessions.remove(eldest.getKey());
        logs.remove(eldest.getKey());
        live.remove(eldest.getKey());
        bytes -= eldest.getValue().bytes;
    }

    private static Map.@Nullable Entry<SessionId, Kept> eldest(Map<SessionId, Kept> row) {
        return row.isEmpty() ? null : row.entrySet().iterator().next();
    }

    private static void putLast(Map<SessionId, Kept> row, SessionId id, Kept kept) {
        row.remove(id);
        row.put(id, kept);
    }
}
