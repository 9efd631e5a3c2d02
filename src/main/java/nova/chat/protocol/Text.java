package nova.chat.protocol;

/** What people type, looked at by Unicode's rules and not by Java's older notions. */
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
}
