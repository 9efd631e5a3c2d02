package nova.chat.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A kind of value: its rule in words and in code, made side by side so that both say the same.
 *
 * @param allowed the rule in words, as a noun phrase
 */
record Kind<T>(String allowed, Parser<T> parser) {
    interface Parser<T> {
        /**
         * Reads a value.
         *
         * @param text without white space around it; empty only where the setting's default is
         */
        T parse(String text) throws Refused;
    }

    // Nine digits fit an int, and are more than any setting takes.
    private static final Pattern WHOLE_NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(?:\\.([0-9]{1,3})0*)?(ms|s|m)?");
    private static final Pattern HEX_32_BYTES = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /** 32 bytes; of a shorter or longer text it is no use to guess what was meant. */
    static final Kind<Optional<SecretKey>> AES_KEY = new Kind<>("32 bytes as 64 hexadecimal digits", text -> {
        demand(text.isEmpty() || HEX_32_BYTES.matcher(text).matches(), text);
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(new SecretKeySpec(HexFormat.of().parseHex(text), "AES"));
    });

    static Kind<String> text(int maxChars) {
        return new Kind<>("text of at most " + maxChars + " characters", text -> {
            demand(text.length() <= maxChars && !CONTROL.matcher(text).find(), text);
            return text;
        });
    }

    static Kind<Integer> integer(int min, int max) {
        return new Kind<>("a whole number, " + min + " to " + max, text -> {
            demand(WHOLE_NUMBER.matcher(text).matches(), text);
            int value = Integer.parseInt(text);
            demand(min <= value && value <= max, text);
            return value;
        });
    }

    /** A time to the millisecond: {@code 8}, {@code 0.5}, {@code 500ms}, {@code 8s} or {@code 2m}. */
    static Kind<Duration> duration(Duration min, Duration max) {
        String bounds = words(min) + " to " + words(max);
        return new Kind<>("seconds, or with a unit (`500ms`, `8s`, `2m`); " + bounds, text -> {
            Duration value = duration(text);
            demand(value.compareTo(min) >= 0 && value.compareTo(max) <= 0, text);
            return value;
        });
    }

    private static Duration duration(String text) throws Refused {
        Matcher parts = DURATION.matcher(text);
        demand(parts.matches(), text);
        long thousandths = Long.parseLong(parts.group(1)) * 1000;
        if (parts.group(2) != null) {
            thousandths += Long.parseLong((parts.group(2) + "00").substring(0, 3));
        }
        String unit = parts.group(3) == null ? "s" : parts.group(3);
        return switch (unit) {
            case "ms" -> Duration.ofMillis(thousandths / 1000);
            case "s" -> Duration.ofMillis(thousandths);
            default -> Duration.ofMillis(thousandths * 60);
        };
    }

    private static String words(Duration bound) {
        if (bound.toMillis() % 1000 != 0) {
            return bound.toMillis() + "ms";
        }
        boolean minutes = bound.toSeconds() >= 120 && bound.toSeconds() % 60 == 0;
        return minutes ? bound.toMinutes() + "m" : bound.toSeconds() + "s";
    }

    /** One of these words, in any case. */
    static <T> Kind<T> words(String allowed, Map<String, T> meanings) {
        return new Kind<>(allowed, text -> {
            T meaning = meanings.get(text.toLowerCase(Locale.ROOT));
            if (meaning == null) {
                throw new Refused(text);
            }
            return meaning;
        });
    }

    /** Values of one kind between commas; spaces and empty entries are tolerated, a list of nothing but them is not. */
    static <T> Kind<List<T>> listOf(Kind<T> kind) {
        return new Kind<>("a comma-separated list, each entry " + kind.allowed, text -> {
            List<T> values = new ArrayList<>();
            for (String entry : text.split(",", -1)) {
                if (!entry.isBlank()) {
                    values.add(kind.parser.parse(entry.strip()));
                }
            }
            demand(text.isEmpty() || !values.isEmpty(), text);
            return List.copyOf(values);
        });
    }

    /** A value of this kind, or a word that stands for having none. */
    Kind<Optional<T>> or(String word, String meaning) {
        return new Kind<>(
                allowed + "; or the word `" + word + "`: " + meaning,
                text -> text.equalsIgnoreCase(word) ? Optional.empty() : Optional.of(parser.parse(text)));
    }

    static void demand(boolean condition, String culprit) throws Refused {
        if (!condition) {
            throw new Refused(culprit);
        }
    }
}
