package nova.chat.protocol;

/** Two questions about what people type, answered by Unicode and not by Java's older notions. */
final class Text {
    private Text() {}

    /** Whether there is nothing but Unicode White_Space: unlike {@link String#isBlank}, U+00A0 and U+0085 count. */
    static boolean isBlank(String text) {
        return text.codePoints().allMatch(Text::isWhiteSpace);
    }

    /** PropList.txt, White_Space. */
    private static boolean isWhiteSpace(int c) {
        return (c >= 0x09 && c <= 0x0D)
                || c == 0x20
                || c == 0x85
                || c == 0xA0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200A)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }

    /**
     * The text with U+FFFD for each lone surrogate. JSON can carry half a pair as an escape, UTF-8 cannot: stored or
     * sent on it would make every later turn of the session fail.
     */
    static String wellFormed(String text) {
        StringBuilder mended = null;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            boolean pair = at + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(at + 1));
            if (pair) {
                at++;
            } else {
                mended = mended == null ? new StringBuilder(text) : mended;
                mended.setCharAt(at, '\uFFFD');
            }
        }
        return mended == null ? text : mended.toString();
    }
}
