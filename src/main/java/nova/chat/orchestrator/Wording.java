package nova.chat.orchestrator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the Orchestrator's words about its errors fit for a client: short, printable, and without its address. */
final class Wording {
    /** A sentence or two; more is a dump. What is over is cut. */
    private static final int MAX_DETAIL_CHARS = 500;

    /** A model's own words may take a paragraph or two; what is over is cut. */
    private static final int MAX_WORDS_CHARS = 2_000;

    private static final String NAME = "the Orchestrator";

    /** Control characters, and those that make a terminal or a page show text in another order than it is in. */
    private static final Pattern UNPRINTABLE =
            Pattern.compile("[\\p{Cc}\\u2028\\u2029\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069]+");

    private final Pattern address;

    Wording(Endpoint endpoint) {
        String host = "(?:" + Pattern.quote(endpoint.host()) + "|" + Pattern.quote(endpoint.bareHost()) + ")";
        String port = ":" + endpoint.port() + "(?!\\d)";
        String url = "https?://(?:[^\\s/@]*@)?" + host + "(?![\\w.-]*\\w)[^\\s\"'<>()\\[\\],;]*";
        String place = "(?<![\\w.-])(?:" + host + "|(?:\\d{1,3}\\.){3}\\d{1,3})" + port;
        // A bare name such as "orchestrator" is a word; with a dot or a colon in it, it is an address.
        boolean telling = endpoint.host().matches(".*[.:].*");
        String bare = telling ? "|(?<![\\w.-])" + host + "(?![\\w-]|\\.\\w)" : "";
        address = Pattern.compile(url + "|" + place + bare, Pattern.CASE_INSENSITIVE);
    }

    /** FastAPI's {@code detail}, as one printable line; null where the body holds none. */
    @Nullable
    String detail(Buffer body) {
        try {
            Object detail = new JsonObject(body).getValue("detail");
            if (detail instanceof String text) {
                return line(text);
            }
            return detail instanceof JsonArray list ? line(complaints(list)) : null;
        } catch (DecodeException | ClassCastException notJson) {
            return null;
        }
    }

    /** What was said in a stream: as it is, but for the address and what is too long. */
    String words(String text) {
        return cut(withoutAddress(text), MAX_WORDS_CHARS);
    }

    /** Before any cut: half an address would not be recognised. */
    private String withoutAddress(String text) {
        return address.matcher(text).replaceAll(NAME);
    }

    /** A 422's list: {@code loc: msg; loc: msg}. */
    private static String complaints(JsonArray list) {
        return list.stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .filter(complaint -> complaint.getValue("msg") instanceof String)
                .map(complaint -> place(complaint.getValue("loc")) + complaint.getString("msg"))
                .collect(Collectors.joining("; "));
    }

    private static String place(@Nullable Object loc) {
        return loc instanceof JsonArray path && !path.isEmpty()
                ? path.stream().map(String::valueOf).collect(Collectors.joining(".")) + ": "
                : "";
    }

    private @Nullable String line(String text) {
        String printable = UNPRINTABLE.matcher(Utf8.withoutLoneSurrogates(text)).replaceAll(" ");
        String line = cut(withoutAddress(printable).strip(), MAX_DETAIL_CHARS);
        return line.isEmpty() ? null : line;
    }

    private static String cut(String text, int maxChars) {
        if (text.length() <= maxChars) {
            return text;
        }
        int end = maxChars - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
