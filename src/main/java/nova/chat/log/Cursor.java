package nova.chat.log;

import java.util.Set;
import nova.chat.protocol.Event;
import nova.chat.protocol.Position;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/** One viewer's place in a log. */
public final class Cursor {
    private final Log log;
    private final Runnable grew;
    /** Turns that this viewer does not look at. */
    private final Set<TurnId> unseen;

    private long last;
    private boolean moved;
    private boolean fromNothing;

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
    public @Nullable Taken next(int maxBytes) {
        return next(maxBytes, Long.MAX_VALUE);
    }

    /**
     * The same, with nothing merged over a place.
     *
     * @param upTo the number of the last event that may be in it, which is still to come
     */
    public @Nullable Taken next(int maxBytes, long upTo) {
        for (Entry entry = log.after(last); entry != null; entry = log.after(last)) {
            Taken taken = entry.take(last, maxBytes, upTo);
            last = taken.last();
            TurnId turn = taken.event().turn();
            if (turn == null || !(unseen.contains(turn) || log.isToldElsewhere(taken.event()))) {
                return taken;
            }
        }
        return null;
    }

    /** What kind of event is next, whole or in part; null at the end. */
    public @Nullable Event peek() {
        Entry entry = log.after(last);
        return entry == null ? null : entry.take(last, 0, Long.MAX_VALUE).event();
    }

    /** How far it has read. */
    public Position position() {
        return new Position(log.epoch(), last);
    }

    public boolean atEnd() {
        return last >= log.seq();
    }

    /** Whether events that this cursor has not seen are gone: it cannot go on. */
    public boolean isLost() {
        return last < log.forgotten();
    }

    /**
     * Whether the log went on from another place since: what follows does not continue what this cursor has read. Said
     * until {@link #settle}.
     */
    public boolean hasMoved() {
        return moved;
    }

    /** Answers whether it was at the very beginning before: nothing had happened that is not told from here on. */
    public boolean settle() {
        moved = false;
        return fromNothing;
    }

    public void close() {
        log.leave(this);
    }

    long last() {
        return last;
    }

    void moveTo(long seq, boolean fromNothing) {
        this.fromNothing = fromNothing && seq == 0;
        last = seq;
        moved = true;
    }

    void grew() {
        grew.run();
    }
}
