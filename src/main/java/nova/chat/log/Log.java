package nova.chat.log;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import nova.chat.protocol.Event;
import nova.chat.protocol.Position;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a session, in order: each event has the next number, {@code seq}, within an epoch. Whoever feeds it, a
 * turn that runs here or the mirror of one that runs elsewhere, appends and waits for nobody; each viewer reads with a
 * {@link Cursor} at its own pace. All on one event loop.
 *
 * <p>Growth is told once an event-loop turn, however much was appended in it: what came in one read from upstream goes
 * out in one write per viewer, as one frame where it is text. That, and not the work per event, is what a relay costs.
 *
 * <p>This is a window on the log in the store, and kept is what somebody here still needs: the running turn from its
 * start, for whoever joins, and what the slowest cursor has not taken, up to {@code maxBytes}. Beyond that the oldest
 * goes, and a cursor that needed it is lost.
 */
public final class Log {
    private final Executor loop;
    private final long maxBytes;
    private final TextBudget budget;
    private final Observer observer;

    private final CopyOnWriteArrayList<Cursor> cursors = new CopyOnWriteArrayList<>();
    /** Turns whose end was told here before the log moved to an epoch that tells another: it is not told twice. */
    private Set<TurnId> toldElsewhere = Set.of();

    private String epoch = Position.NONE.epoch();
    private Entries entries = new Entries(0);
    /** The seq from which on everything is kept for those who join. */
    private long keepAfter = Long.MAX_VALUE;

    private boolean tellingGrowth;

    /** Told of every event that is not a piece of an answer, when it is appended. */
    public interface Observer {
        void appended(long seq, Event event);
    }

    /**
     * An empty log.
     *
     * @param loop runs a task after the current one, on the event loop
     * @param maxBytes of text kept; at least twice a turn's limit, so that no running turn is ever cut
     * @param budget what its text is taken from
     */
    public Log(Executor loop, long maxBytes, TextBudget budget, Observer observer) {
        this.loop = loop;
        this.maxBytes = maxBytes;
        this.budget = budget;
        this.observer = observer;
    }

    /** Where it ends. */
    public Position top() {
        return new Position(epoch, seq());
    }

    public String epoch() {
        return epoch;
    }

    /** The last event's number; 0 when nothing has happened. */
    public long seq() {
        return entries.last();
    }

    // feeding

    /** Whether there is memory for a piece of an answer. */
    public boolean hasRoomFor(Buffer literal) {
        return budget.hasRoomFor(literal.length());
    }

    /** Appends a piece of an answer; an empty one is nothing. */
    public void text(TurnId turn, Buffer literal) {
        if (literal.length() > 0) {
            grown(entries.add(turn, literal));
        }
    }

    /** Appends anything that is not text. */
    public void append(Event event) {
        grown(entries.add(event));
        observer.appended(seq(), event);
    }

    /** Appends what somebody else has numbered; what is here already is passed over. It must follow without a gap. */
    public void add(Batch batch) {
        if (batch.first() > seq() + 1) {
            throw new IllegalArgumentException("a gap before " + batch.first() + " in a log that ends with " + seq());
        }
        for (int i = (int) (seq() + 1 - batch.first()); i < batch.events().size(); i++) {
            Event event = batch.events().get(i);
            if (event instanceof Event.Delta) {
                grown(entries.add(event));
            } else {
                append(event);
            }
        }
    }

    /**
     * Puts back what came before the oldest event here, for a viewer that comes back to it; never told as growth. Answers
     * whether there was memory for it.
     */
    public boolean restore(Batch batch) {
        if (batch.last() != forgotten() || batch.isEmpty()) {
            throw new IllegalArgumentException(batch.first() + ".." + batch.last() + " before " + (forgotten() + 1));
        }
        Entries older = new Entries(batch.first() - 1);
        batch.events().forEach(older::add);
        long size = older.bytes();
        if (!budget.hasRoomFor(size) || entries.bytes() + size > maxBytes) {
            return false;
        }
        budget.take(size);
        entries.addBefore(older);
        return true;
    }

    /**
     * Goes on from another place, empty: a new epoch, or one that cannot be reached without a gap.
     *
     * @param told turns whose end was told here already: if the new place tells it again, nobody here hears it
     */
    public void moveTo(Position place, Set<TurnId> told) {
        boolean fromNothing = top().equals(Position.NONE);
        forget();
        epoch = place.epoch();
        entries = new Entries(place.seq());
        keepAfter = Long.MAX_VALUE;
        toldElsewhere = told;
        cursors.forEach(cursor -> cursor.moveTo(place.seq(), fromNothing));
        tellGrowth();
    }

    boolean isToldElsewhere(Event event) {
        boolean end = event instanceof Event.End || event instanceof Event.Failure;
        return end && toldElsewhere.contains(event.turn());
    }

    /** All text of a turn that is still kept, as one JSON literal. */
    public Buffer textOf(TurnId turn) {
        return entries.textOf(turn);
    }

    /**
     * The events after {@code last}, each by itself: some of them, if they are many. Empty at the end.
     *
     * @param mostBytes after which no further entry is begun
     */
    public Batch batch(long last, int most, int mostBytes) {
        return entries.batch(last, most, mostBytes);
    }

    /** What is kept after {@code last}, pieces of text left out. */
    public List<Event> outline(long last) {
        return entries.withoutText(last);
    }

    // keeping

    /** Keeps everything after {@code last}, for whoever joins, until {@link #release}. */
    public void keepAfter(long last) {
        keepAfter = last;
    }

    public void release() {
        keepAfter = Long.MAX_VALUE;
        trim();
    }

    /** Lets go of everything, whoever may need it: the log itself is no longer used. */
    public void forget() {
        budget.giveBack(entries.drop(seq(), maxBytes));
    }

    /** The number of the newest event that is no longer kept. */
    public long forgotten() {
        return entries.before();
    }

    // following

    /** The seq before what is kept for those who join: before the running turn, or the end if there is none. */
    public long kept() {
        return Math.min(keepAfter, seq());
    }

    /** A cursor that sees what follows {@code last}, which is still here. */
    public Cursor follow(long last, Runnable grew) {
        return follow(new Cursor(this, last, Set.of(), grew));
    }

    /**
     * A cursor at the end: it sees only what is still to come.
     *
     * @param unseen turns that it does not see either, though they are still to end
     */
    public Cursor followNew(Set<TurnId> unseen, Runnable grew) {
        return follow(new Cursor(this, seq(), unseen, grew));
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

    /** The entry that holds the event after {@code last}; null at the end. */
    @Nullable
    Entry after(long last) {
        return entries.after(last);
    }

    private void grown(int size) {
        budget.take(size);
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

    private void trim() {
        long needed = kept();
        for (Cursor cursor : cursors) {
            needed = Math.min(needed, cursor.last());
        }
        budget.giveBack(entries.drop(needed, maxBytes));
    }
}
