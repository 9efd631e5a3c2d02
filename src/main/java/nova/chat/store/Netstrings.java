package nova.chat.store;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Byte strings end to end, each as its length in decimal, a colon, and its bytes: what Lua and Java both take apart
 * without reading what is inside.
 */
final class Netstrings {
    /** A Redis string is 512 MiB at most. */
    private static final int MAX_DIGITS = 9;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    Netstrings add(byte[] bytes) {
        out.writeBytes((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(bytes);
        return this;
    }

    Netstrings add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    /**
     * Takes them apart again.
     *
     * @throws StoreUnavailable if these are none
     */
    static List<byte[]> split(byte[] bytes) {
        List<byte[]> strings = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int colon = colonAfter(bytes, at);
            long end = colon + 1L + Long.parseLong(new String(bytes, at, colon - at, StandardCharsets.US_ASCII));
            if (end > bytes.length) {
                throw unreadable();
            }
            strings.add(Arrays.copyOfRange(bytes, colon + 1, (int) end));
            at = (int) end;
        }
        return strings;
    }

    private static int colonAfter(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == from || at - from > MAX_DIGITS || at == bytes.length || bytes[at] != ':') {
            throw unreadable();
        }
        return at;
    }

    private static StoreUnavailable unreadable() {
        return new StoreUnavailable("something stored cannot be read");
    }
}
