package nova.chat.orchestrator;

import io.vertx.core.buffer.Buffer;

/**
 * The inside of a JSON string literal, as bytes: what stands between the quotes (RFC 8259, section 7), in valid UTF-8. Such
 * bytes can be spliced into a frame as they are.
 */
final class JsonLiteral {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    /** By byte value: whether it stands for itself. The one look-up of the hot loop. */
    private static final boolean[] PLAIN = new boolean[256];

    static {
        for (int b = 0x20; b < 0x80; b++) {
            PLAIN[b] = b != '"' && b != '\\';
        }
    }

    private JsonLiteral() {}

    /** Whether the bytes are a literal's inside. An escaped half of a surrogate pair is: the other may come in the next. */
    static boolean isValid(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int length = PLAIN[bytes[at] & 0xFF] ? 1 : unit(bytes, at, to);
            if (length <= 0) {
                return false;
            }
            at += length;
        }
        return true;
    }

    private static int unit(byte[] bytes, int at, int to) {
        if (bytes[at] < 0) {
            return Utf8.character(bytes, at, to);
        }
        return bytes[at] == '\\' ? escape(bytes, at, to) : 0;
    }

    private static int escape(byte[] bytes, int at, int to) {
        if (at + 1 == to) {
            return 0;
        }
        return switch (bytes[at + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
            case 'u' -> isHex(bytes, at + 2, to) ? 6 : 0;
            default -> 0;
        };
    }

    private static boolean isHex(byte[] bytes, int from, int to) {
        if (to - from < 4) {
            return false;
        }
        for (int at = from; at < from + 4; at++) {
            if (Character.digit((int) bytes[at], 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Text as a literal's inside. Bytes that are no UTF-8 become U+FFFD, as a browser would show them. */
    static Buffer encode(byte[] bytes, int from, int to) {
        Buffer literal = Buffer.buffer(to - from + 16);
        int start = from;
        int at = from;
        while (at < to) {
            int length = PLAIN[bytes[at] & 0xFF] ? 1 : bytes[at] < 0 ? Utf8.character(bytes, at, to) : 0;
            if (length <= 0) {
                literal.appendBytes(bytes, start, at - start);
                replace(bytes[at], literal);
                start = at + Math.max(1, -length);
            }
            at += Math.max(1, Math.abs(length));
        }
        return literal.appendBytes(bytes, start, to - start);
    }

    private static void replace(byte b, Buffer literal) {
        switch (b) {
            case '"', '\\' -> literal.appendByte((byte) '\\').appendByte(b);
            case '\n' -> literal.appendByte((byte) '\\').appendByte((byte) 'n');
            case '\r' -> literal.appendByte((byte) '\\').appendByte((byte) 'r');
            case '\t' -> literal.appendByte((byte) '\\').appendByte((byte) 't');
            default -> {
                if (b < 0) {
                    literal.appendBytes(Utf8.REPLACEMENT);
                } else {
                    literal.appendString("\\u00").appendByte(HEX[b >> 4]).appendByte(HEX[b & 15]);
                }
            }
        }
    }
}
