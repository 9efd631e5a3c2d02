package nova.chat.orchestrator;

import java.util.Arrays;

/** Bytes put together from several reads. The bound is its user's: it only grows when told to. */
final class Accumulator {
    private static final byte[] NOTHING = {};

    /** An array that one large event made stay large would be paid for by every quiet stream. */
    private static final int KEPT_BYTES = 16 * 1024;

    private byte[] bytes = NOTHING;
    private int length;

    /** Linear over any number of calls: room is doubled, never made to measure. */
    void append(byte[] source, int from, int to) {
        room(to - from);
        System.arraycopy(source, from, bytes, length, to - from);
        length += to - from;
    }

    void append(byte value) {
        room(1);
        bytes[length++] = value;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, Math.max(64, (int) Math.min(length * 2L, 1 << 30))));
        }
    }

    /** The bytes themselves, not a copy: good until the next change. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = NOTHING;
        }
    }
}
