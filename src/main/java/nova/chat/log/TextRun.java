package nova.chat.log;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import nova.chat.protocol.Event;
import nova.chat.protocol.Event.Delta;
import nova.chat.protocol.TurnId;

/**
 * Consecutive pieces of one answer: their text end to end, and where each ends. Four bytes a piece beside the text,
 * where an object each would be more than a hundred; and any number of neighbours is one slice, so that a reader that
 * lags gets larger pieces at no cost.
 */
final class TextRun implements Entry {
    private final long first;
    private final TurnId turn;
    private byte[] text = new byte[256];
    private int[] ends = new int[16];
    private int count;

    TextRun(long first, TurnId turn) {
        this.first = first;
        this.turn = turn;
    }

    void add(Buffer literal) {
        int start = bytes();
        int end = Math.addExact(start, literal.length());
        if (end > text.length) {
            text = Arrays.copyOf(text, Math.max(end, text.length + (text.length >> 1)));
        }
        literal.getBytes(text, start);
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, count + (count >> 1));
        }
        ends[count++] = end;
    }

    TurnId turn() {
        return turn;
    }

    Buffer all() {
        return slice(0, count);
    }

    @Override
    public long first() {
        return first;
    }

    @Override
    public long last() {
        return first + count - 1;
    }

    @Override
    public int bytes() {
        return count == 0 ? 0 : ends[count - 1];
    }

    /** Cuts between pieces only, so never within an escape or a character. */
    @Override
    public Taken take(long last, int maxBytes, long upTo) {
        int from = (int) Math.max(0, last + 1 - first);
        int limit = start(from) + maxBytes;
        int most = (int) Math.min(count, upTo - first + 1);
        int found = Arrays.binarySearch(ends, from, most, limit);
        int to = Math.max(from + 1, found >= 0 ? found + 1 : -found - 1);
        return new Taken(new Delta(turn, slice(from, to)), first + from, first + to - 1);
    }

    @Override
    public List<Event> events(long last, int most) {
        List<Event> pieces = new ArrayList<>();
        int from = (int) Math.max(0, last + 1 - first);
        for (int piece = from; piece < count && pieces.size() < most; piece++) {
            pieces.add(new Delta(turn, slice(piece, piece + 1)));
        }
        return pieces;
    }

    private Buffer slice(int from, int to) {
        return Buffer.buffer(Arrays.copyOfRange(text, start(from), start(to)));
    }

    private int start(int piece) {
        return piece == 0 ? 0 : ends[piece - 1];
    }
}
