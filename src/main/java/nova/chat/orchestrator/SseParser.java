package nova.chat.orchestrator;

import org.jspecify.annotations.Nullable;

/**
 * Server-sent events out of bytes that arrive in any pieces (HTML standard, 9.2.6). Knows no network.
 *
 * <p>Only what a listener of one unnamed kind of event needs: {@code event}, {@code id} and {@code retry} are fields to be
 * ignored here. It works on bytes, so a UTF-8 character may be split anywhere; what the bytes mean is the listener's
 * business.
 */
final class SseParser {
    /*
     * Hot path: an event that lies whole in one read is never copied; its value is handed on as a slice of what was fed.
     * Whatever a read leaves unfinished is copied once: the rest of a line to `line`, a finished value to `data`. No byte
     * is looked at twice for a line's end, so one fed byte by byte costs linear time.
     */
    interface Listener {
        /** One event's data: the slice is good only during the call. */
        void event(byte[] bytes, int from, int to);

        /** A comment line: no data, but a sign of life. */
        void comment();

        /** A line or an event was larger than allowed. Said once; nothing comes after it. */
        void overflow();
    }

    private final int maxEventBytes;
    private final Listener listener;
    private final Accumulator line = new Accumulator();
    private final Accumulator data = new Accumulator();
    private byte @Nullable [] borrowed;
    private int borrowedFrom;
    private int borrowedTo;
    private boolean hasData;
    private boolean atStart = true;
    private boolean afterCr;
    private boolean stopped;

    /**
     * A parser at the start of a stream.
     *
     * @param maxEventBytes the most that one line, or the data of one event, may hold
     */
    SseParser(int maxEventBytes, Listener listener) {
        this.maxEventBytes = maxEventBytes;
        this.listener = listener;
    }

    /** Reads on. The array is not kept. */
    void feed(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && !stopped) {
            if (afterCr) {
                afterCr = false;
                if (bytes[at] == '\n') {
                    at++;
                    continue;
                }
            }
            int end = lineEnd(bytes, at, to);
            if (end == to) {
                keep(bytes, at, to);
                break;
            }
            // A CR ends its line at once: waiting for a LF that may not come would hold the event back.
            afterCr = bytes[end] == '\r';
            endLine(bytes, at, end);
            at = end + 1;
        }
        own();
    }

    /** Nothing is parsed or told any more, not even the rest of the bytes being fed. */
    void stop() {
        stopped = true;
        hasData = false;
        borrowed = null;
        line.clear();
    }

    private static int lineEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            byte b = bytes[at];
            if (b == '\n' || b == '\r') {
                return at;
            }
            at++;
        }
        return to;
    }

    private void keep(byte[] bytes, int from, int to) {
        if (to - from > maxEventBytes - line.length()) {
            fail();
        } else {
            line.append(bytes, from, to);
        }
    }

    private void endLine(byte[] bytes, int from, int to) {
        if (line.length() == 0) {
            line(bytes, from, to, false);
            return;
        }
        keep(bytes, from, to);
        if (!stopped) {
            line(line.bytes(), 0, line.length(), true);
            line.clear();
        }
    }

    private void line(byte[] bytes, int start, int to, boolean reused) {
        if (to - start > maxEventBytes) {
            fail();
            return;
        }
        int from = start;
        if (atStart) {
            atStart = false;
            from += byteOrderMark(bytes, from, to);
        }
        if (from == to) {
            dispatch();
        } else if (bytes[from] == ':') {
            listener.comment();
        } else if (isData(bytes, from, to)) {
            data(bytes, value(bytes, from + 4, to), to, reused);
        }
    }

    private static int byteOrderMark(byte[] bytes, int from, int to) {
        boolean present = to - from >= 3
                && bytes[from] == (byte) 0xEF
                && bytes[from + 1] == (byte) 0xBB
                && bytes[from + 2] == (byte) 0xBF;
        return present ? 3 : 0;
    }

    private static boolean isData(byte[] bytes, int from, int to) {
        return to - from >= 4
                && bytes[from] == 'd'
                && bytes[from + 1] == 'a'
                && bytes[from + 2] == 't'
                && bytes[from + 3] == 'a'
                && (to - from == 4 || bytes[from + 4] == ':');
    }

    /** Where the value begins: after the colon, if there is one, and after one space, if there is one. */
    private static int value(byte[] bytes, int colon, int to) {
        int at = colon < to ? colon + 1 : colon;
        return at < to && bytes[at] == ' ' ? at + 1 : at;
    }

    private void data(byte[] bytes, int from, int to, boolean reused) {
        if (!hasData && !reused) {
            hasData = true;
            borrowed = bytes;
            borrowedFrom = from;
            borrowedTo = to;
            return;
        }
        own();
        // The line feed that joins this line to the one before counts too.
        if (to - from > maxEventBytes - data.length() - (hasData ? 1 : 0)) {
            fail();
            return;
        }
        if (hasData) {
            data.append((byte) '\n');
        }
        hasData = true;
        data.append(bytes, from, to);
    }

    /** Copies a value that is still a slice of what was fed: that array is not ours after the call. */
    private void own() {
        if (borrowed != null) {
            data.append(borrowed, borrowedFrom, borrowedTo);
            borrowed = null;
        }
    }

    private void dispatch() {
        if (!hasData) {
            return;
        }
        hasData = false;
        byte[] slice = borrowed;
        if (slice != null) {
            borrowed = null;
            listener.event(slice, borrowedFrom, borrowedTo);
        } else {
            listener.event(data.bytes(), 0, data.length());
            data.clear();
        }
    }

    private void fail() {
        stop();
        data.clear();
        listener.overflow();
    }
}
