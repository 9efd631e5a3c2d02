package nova.chat.log;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import nova.chat.protocol.Event;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a session, in order: each event has the next number, {@code seq}, from 1. The turn appends and waits
 * for nobody; each viewer reads with a {@link Cursor} at its own pace. All on one event loop.
 *
 * <p>Growth is told once an event-loop turn, however much was appended in it: what came in one read from upstream goes
 * out in one write per viewer, as one frame where it is text. That, and not the work per event, is what a relay costs.
 *
 * <p>Kept is what somebody still needs: the running turn from its start, for whoever joins, and what the slowest cursor
 * has not taken, up to {@code maxBytes} of text. Beyond that the oldest goes, and a cursor that needed it is lost.
 */
public final class Log {
    private final Executor loop;
    private final long maxBytes;
    private final TextBudget budget;

    /** Consecutive in {@code seq}, and few: all of a turn's text is one entry, or one between two other events. */
    private final List<Entry> entries = new ArrayList<>();

    private long seq;
    private long bytes;
    /** The seq from which on everything is kept for those who join. */
    private long keepAfter = Long.MAX_VALUE;

    private boolean tellingGrowth;
    private final CopyOnWriteArrayList<Cursor> cursors = new CopyOnWriteArrayList<>();

    /**
     * An empty log.
     *
     * @param loop runs a task after the current one, on the event loop
     * @param maxBytes of text kept; at least twice a turn's limit, so that no running turn is ever cut
     * @param budget what its text is taken from
     */
    public Log(Executor loop, long maxBytes, TextBudget budget) {
        this.loop = loop;
        this.maxBytes = maxBytes;
        this.budget = budget;
    }

    /** The last event's number; 0 when nothing has happened. */
    public long seq() {
        return seq;
    }

    /** Whether there is memory for a piece of an answer. */
    public boolean hasRoomFor(Buffer literal) {
        return budget.hasRoomFor(literal.length());
    }

    /** Appends a piece of an answer; an empty one is nothing. */
    public void text(TurnId turn, Buffer literal) {
        if (literal.length() == 0) {
            return;
        }
        Entry last = entries.isEmpty() ? null : entries.get(entries.size() - 1);
        TextRun run;
        if (last instanceof TextRun open && open.turn().equals(turn)) {
            run = open;
        } else {
            run = new TextRun(seq + 1, turn);
            entries.add(run);
        }
        run.add(literal);
        bytes += literal.length();
        budget.take(literal.length());
        grown();
    }

    /** Appends anything that is not text. */
    public void append(Event event) {
        entries.add(new Single(seq + 1, event));
        grown();
    }

    /** All text of a turn that is still kept, as one JSON literal. */
    public Buffer textOf(TurnId turn) {
        Buffer text = Buffer.buffer();
        for (Entry entry : entries) {
            if (entry instanceof TextRun run && run.turn().equals(turn)) {
                text.appendBuffer(run.all());
            }
        }
        return text;
    }

    /** Keeps everything from now on, for whoever joins, until {@link #release}. */
    public void keep() {
        keepAfter = seq;
    }

    public void release() {
        keepAfter = Long.MAX_VALUE;
        trim();
    }

    /** A cursor at what is kept for those who join: the start of the running turn, or the end if there is none. */
    public Cursor followKept(Runnable grew) {
        return follow(new Cursor(this, Math.min(keepAfter, seq), Set.of(), grew));
    }

    /**
     * A cursor at the end: it sees only what is still to come.
     *
     * @param unseen turns that it does not see either, though they are still to end
     */
    public Cursor followNew(Set<TurnId> unseen, Runnable grew) {
        return follow(new Cursor(this, seq, unseen, grew));
    }

    public boolean isFollowed() {
        return !cursors.isEmpty();
    }

    private Cursor follow(Cursor cursor) {
        cursors.add(cursor);
        if (!cursor.atEnd()) {
            tellGrowth();
        }
        return cursor;
    }

    void leave(Cursor cursor) {
        cursors.remove(cursor);
        trim();
    }

    private void grown() {
        seq++;
        tellGrowth();
    }

    private void tellGrowth() {
        if (!tellingGrowth) {
            tellingGrowth = true;
            loop.execute(() -> {
                tellingGrowth = false;
                cursors.forEach(Cursor::grew);
                trim();
            });
        }
    }

    /** The entry that holds the event after {@code last}; null at the end. */
    @Nullable
    Entry after(long last) {
        for (Entry entry : entries) {
            if (entry.last() > last) {
                return entry;
            }
        }
        return null;
    }

    /** The number of the newest event that is no longer kept. */
    long forgotten() {
        return entries.isEmpty() ? seq : entries.get(0).first() - 1;
    }

    private void trim() {
        long needed = Math.min(keepAfter, seq);
        for (Cursor cursor : cursors) {
            needed = Math.min(needed, cursor.last());
        }
        int drop = 0;
        while (drop < entries.size() && (entries.get(drop).last() <= needed || bytes > maxBytes)) {
            bytes -= entries.get(drop).bytes();
            budget.giveBack(entries.get(drop).bytes());
            drop++;
        }
        entries.subList(0, drop).clear();
    }
}
