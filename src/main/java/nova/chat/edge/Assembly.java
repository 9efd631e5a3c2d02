package nova.chat.edge;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * Puts the fragments of a message together, bounded in bytes and in number: a message may be as large as the limit, but
 * not a limit's worth of one-byte frames, nor of empty ones, which cost an object each and never end.
 */
final class Assembly {
    /** Browsers send one frame a message; libraries that stream cut in kilobytes. */
    private static final int MAX_FRAGMENTS = 1_024;

    private final int maxBytes;
    private @Nullable Buffer pending;
    private int fragments;

    Assembly(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Whether this frame would make the message larger than it may be. */
    boolean overflows(WebSocketFrame frame) {
        int before = pending == null ? 0 : pending.length();
        return fragments >= MAX_FRAGMENTS || before + frame.binaryData().length() > maxBytes;
    }

    /** The whole message, if this text frame or continuation is its last; null while more is to come. */
    @Nullable
    Buffer add(WebSocketFrame frame) {
        if (frame.isFinal() && pending == null) {
            return frame.binaryData();
        }
        pending = pending == null ? Buffer.buffer() : pending;
        pending.appendBuffer(frame.binaryData());
        fragments++;
        if (!frame.isFinal()) {
            return null;
        }
        Buffer whole = pending;
        pending = null;
        fragments = 0;
        return whole;
    }
}
