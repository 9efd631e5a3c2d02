package nova.chat.config;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One environment variable: a row of the table.
 *
 * @param fallback its value where it is unset; empty: none
 * @param privacy what of its value may be shown
 * @param help what it is for, in one sentence
 */
record Setting<T>(String name, String fallback, Kind<T> kind, Privacy privacy, String help) {
    private static final Pattern UNPRINTABLE = Pattern.compile("\\p{Cntrl}");

    // A message with more of a mistyped value than this helps nobody.
    private static final int MAX_SHOWN_CHARS = 200;

    /** The variable's text, trimmed; a blank variable is an unset one. */
    String text(Map<String, String> env) {
        String text = env.getOrDefault(name, "").strip();
        return text.isEmpty() ? fallback : text;
    }

    /** As {@link #text}, as far as it may be shown. */
    String shown(Map<String, String> env) {
        return shown(text(env));
    }

    /** Reads the variable. A bad value adds to {@code problems}, and the default stands in until they are thrown. */
    T read(Map<String, String> env, List<String> problems) {
        String text = text(env);
        try {
            return kind.parser().parse(text);
        } catch (Refused e) {
            problems.add(problem(text, e.culprit));
            return byDefault();
        }
    }

    private String problem(String text, String culprit) {
        boolean oneOfMany = privacy != Privacy.SECRET && !culprit.equals(text);
        return name + "=\"" + shown(text) + "\" is refused" + (oneOfMany ? " for \"" + shown(culprit) + "\"" : "")
                + ". Allowed: " + kind.allowed() + ".";
    }

    private T byDefault() {
        try {
            return kind.parser().parse(fallback);
        } catch (Refused e) {
            throw new IllegalStateException("the default of " + name + " is refused", e);
        }
    }

    private String shown(String value) {
        String masked = UNPRINTABLE.matcher(privacy.mask(value)).replaceAll("?");
        return masked.length() <= MAX_SHOWN_CHARS ? masked : masked.substring(0, MAX_SHOWN_CHARS) + "…";
    }
}
