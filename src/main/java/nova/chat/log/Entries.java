package nova.chat.log;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import nova.chat.protocol.Event;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive events, as a log keeps them: what is added gets the next number, and the oldest go first. They are few
 * entries: all of a turn's text is one, or one between two other events.
 */
final class Entries {
    private final List<Entry> entries = new ArrayList<>();
    private long last;
    private long bytes;

    /** None; the first to come is the one after {@code last}. */
    Entries(long last) {
        this.last = last;
    }

    /** The newest event's number, or of what came before the first. */
    long last() {
        return last;
    }

    /** The number before the oldest event's. */
    long before() {
        return entries.isEmpty() ? last : entries.get(0).first() - 1;
    }

    /** Of text. */
    long bytes() {
        return bytes;
    }

    // adding

    /** Answers how much text it adds, in bytes. */
    @CanIgnoreReturnValue
    int add(Event event) {
        if (event instanceof Event.Delta delta) {
            return add(delta.turn(), delta.literal());
        }
        Single entry = new Single(++last, event);
        entries.add(entry);
        bytes += entry.bytes();
        return entry.bytes();
    }

    /** Adds a piece of text, to that before it if that is of the same turn. */
    int add(TurnId turn, Buffer literal) {
        openRun(turn).add(literal);
        last++;
        bytes += literal.length();
        return literal.length();
    }

    /** Puts others before these, whose last is the one before the first of these. */
    void addBefore(Entries older) {
        entries.addAll(0, older.entries);
        bytes += older.bytes;
    }

    private TextRun openRun(TurnId turn) {
        Entry newest = entries.isEmpty() ? null : entries.get(entries.size() - 1);
        if (newest instanceof TextRun open && open.turn().equals(turn)) {
            return open;
        }
        TextRun run = new TextRun(last + 1, turn);
        entries.add(run);
        return run;
    }

    // reading

    /** The entry that holds the event after {@code seq}; null at the end. */
    @Nullable
    Entry after(long seq) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).last() > seq) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low < entries.size() ? entries.get(low) : null;
    }

    Batch batch(long after, int most, int mostBytes) {
        List<Event> events = new ArrayList<>();
        long at = after;
        int size = 0;
        for (Entry entry = after(at); entry != null && events.size() < most && size < mostBytes; entry = after(at)) {
            for (Event event : entry.events(at, most - events.size())) {
                if (size >= mostBytes) {
                    break;
                }
                events.add(event);
                size += event instanceof Event.Delta delta ? delta.literal().length() : entry.bytes();
                at++;
            }
        }
        return new Batch(after + 1, events);
    }

    List<Event> withoutText(long after) {
        return entries.stream()
                .filter(entry -> entry instanceof Single && entry.first() > after)
                .map(entry -> ((Single) entry).event())
                .toList();
    }

    Buffer textOf(TurnId turn) {
        Buffer text = Buffer.buffer();
        for (Entry entry : entries) {
            if (entry instanceof TextRun run && run.turn().equals(turn)) {
                text.appendBuffer(run.all());
            }
        }
        return text;
    }

    // dropping

    /**
     * Drops the oldest, up to {@code needed} and beyond that whatever is over {@code maxBytes}; whole entries only.
     * Answers how much text went with them.
     */
    long drop(long needed, long maxBytes) {
        int count = 0;
        long left = bytes;
        while (count < entries.size() && (entries.get(count).last() <= needed || left > maxBytes)) {
            left -= entries.get(count).bytes();
            count++;
        }
        entries.subList(0, count).clear();
        long dropped = bytes - left;
        bytes = left;
        return dropped;
    }
}
