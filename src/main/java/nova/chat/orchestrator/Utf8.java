package nova.chat.orchestrator;

import java.util.Arrays;

/** UTF-8 by the Encoding standard (WHATWG): which bytes are a character, and how many are not one together. */
final class Utf8 {
    /** U+FFFD. */
    static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

    private Utf8() {}

    /**
     * Looks at the character that begins at {@code at}, where a byte over 0x7F is.
     *
     * @return the character's length; or, negated, how many bytes one U+FFFD stands for
     */
    static int character(byte[] bytes, int at, int to) {
        int lead = bytes[at] & 0xFF;
        int length = lead < 0xC2 || lead > 0xF4 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (length == 1) {
            return -1;
        }
        // No overlong forms, no surrogates, nothing over U+10FFFF: all decided by the second byte's range.
        int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        for (int i = 1; i < length; i++) {
            int next = at + i < to ? bytes[at + i] & 0xFF : -1;
            if (next < low || next > high) {
                return -i;
            }
            low = 0x80;
            high = 0xBF;
        }
        return length;
    }

    static boolean isValid(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int length = bytes[at] >= 0 ? 1 : character(bytes, at, to);
            if (length < 0) {
                return false;
            }
            at += length;
        }
        return true;
    }

    /** The bytes with U+FFFD for whatever is no UTF-8. */
    static byte[] repaired(byte[] bytes, int from, int to) {
        Accumulator repaired = new Accumulator();
        int at = from;
        while (at < to) {
            int length = bytes[at] >= 0 ? 1 : character(bytes, at, to);
            if (length > 0) {
                repaired.append(bytes, at, at + length);
            } else {
                repaired.append(REPLACEMENT, 0, REPLACEMENT.length);
            }
            at += Math.abs(length);
        }
        return Arrays.copyOf(repaired.bytes(), repaired.length());
    }

    /** The text with U+FFFD for each half of a surrogate pair that stands alone: no UTF-8 can carry one. */
    static String withoutLoneSurrogates(String text) {
        int length = text.length();
        for (int at = 0; at < length; at++) {
            if (Character.isSurrogate(text.charAt(at))) {
                return withoutLoneSurrogates(text, at);
            }
        }
        return text;
    }

    private static String withoutLoneSurrogates(String text, int from) {
        StringBuilder repaired = new StringBuilder(text.length()).append(text, 0, from);
        int at = from;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            boolean lone = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
            repaired.appendCodePoint(lone ? 0xFFFD : point);
            at += Character.charCount(point);
        }
        return repaired.toString();
    }
}
