package nova.chat.log;

import java.util.Set;
import nova.chat.protocol.Event;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/** One viewer's place in a log. */
public final class Cursor {
    private final Log log;
    private final Runnable grew;
    /** Turns that this viewer does not look at. */
    private final Set<TurnId> unseen;

    private long last;

    Cursor(Log log, long last, Set<TurnId> unseen, Runnable grew) {
        this.log = log;
        this.last = last;
        this.unseen = unseen;
        this.grew = grew;
    }

    /**
     * The next event, or several pieces of text as one; null at the end.
     *
     * @param maxBytes of text at once; a single larger piece comes whole
     */
    public @Nullable Event next(int maxBytes) {
        for (Entry entry = log.after(last); entry != null; entry = log.after(last)) {
            Entry.Taken taken = entry.take(last, maxBytes);
            last = taken.last();
            TurnId turn = taken.event().turn();
            if (turn == null || !unseen.contains(turn)) {
                return taken.event();
            }
        }
        return null;
    }

    public boolean atEnd() {
        return last >= log.seq();
    }

    /** Whether events that this cursor has not seen are gone: it cannot go on. */
    public boolean isLost() {
        return last < log.forgotten();
    }

    public void close() {
        log.leave(this);
    }

    long last() {
        return last;
    }

    void grew() {
        grew.run();
    }
}
