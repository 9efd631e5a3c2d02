package nova.chat.protocol;

/** The halves of UTF-16's pairs, which mean nothing alone. */
final class Surrogates {
    private Surrogates() {}

    /** Whether none is alone. */
    static boolean areWhole(String text) {
        return text.equals(mend(text));
    }

    /** Puts U+FFFD for each lone one: no UTF-8 can carry it, so it would poison all that comes after it. */
    static String mend(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isSurrogate(text.charAt(i))) {
                continue;
            }
            if (Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                i++; // the other half
                continue;
            }
            if (mended == null) {
                mended = new StringBuilder(text);
            }
            mended.setCharAt(i, '\uFFFD');
        }
        return mended == null ? text : mended.toString();
    }
}
