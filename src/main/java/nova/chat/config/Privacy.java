package nova.chat.config;

import java.util.regex.Pattern;

/** How much of a value may be shown, in the log or to whoever started the service. */
enum Privacy {
    PUBLIC("") {
        @Override
        String mask(String value) {
            return value;
        }
    },

    /**
     * A URL without its user info. Works on text that is no URL too, since a mistyped one is shown when it is refused: so
     * all up to the last {@code @} goes, and all after a question mark or hash, but for the name of a Redis master.
     */
    USER_INFO(" A password in it is not logged.") {
        @Override
        String mask(String value) {
            String anonymous = BEFORE_HOST.matcher(value).replaceFirst("$1" + MASK + "@");
            return AFTER_PATH.matcher(anonymous).replaceFirst("$1" + MASK);
        }
    },

    SECRET(" Not logged.") {
        @Override
        String mask(String value) {
            return value.isEmpty() ? "" : MASK;
        }
    };

    private static final String MASK = "***";
    private static final Pattern BEFORE_HOST = Pattern.compile("^([a-z+]+://)?.*@", Pattern.DOTALL);
    private static final Pattern AFTER_PATH = Pattern.compile("([?#])(?!master=[0-9A-Za-z._-]+\\z).*$", Pattern.DOTALL);

    /** For the table: a sentence with a space before it, or nothing. */
    final String note;

    Privacy(String note) {
        this.note = note;
    }

    abstract String mask(String value);
}
