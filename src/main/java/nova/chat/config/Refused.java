package nova.chat.config;

/** A value is none of its kind. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong: the whole value, or the one entry of a list. */
    final String culprit;

    Refused(String culprit) {
        super(null, null, false, false); // never shown: Setting says it, masked
        this.culprit = culprit;
    }
}
