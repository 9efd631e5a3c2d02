package nova.chat.orchestrator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import nova.chat.orchestrator.UpstreamEvent.Aside.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Upstream's words: one event's data to what it means. Every byte sequence means something: what is no protocol is text.
 *
 * <p>A key counts only as its object's sole key with a value of the right type. All else is what older Orchestrators, and
 * models that answer in JSON, say unwrapped.
 */
final class EventReader {
    private static final byte[] DONE_MARK = ascii("[DONE]");
    private static final byte[] TEXT = ascii("{\"t\":\"");
    /** What Python's {@code json.dumps} writes. */
    private static final byte[] TEXT_SPACED = ascii("{\"t\": \"");

    private static final UpstreamEvent DONE = new UpstreamEvent.Done();
    private static final UpstreamEvent HEARTBEAT = new UpstreamEvent.Heartbeat();

    private static final JsonFactory JSON = JsonFactory.builder()
            // The parser's own 20 MB are not our limit: the SSE parser has bounded the event already.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            // UTF-16 is never meant; a guess at it would read offsets that are none.
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .build();

    private EventReader() {}

    static UpstreamEvent read(byte[] bytes, int from, int to) {
        UpstreamEvent plain = plainText(bytes, from, to);
        if (plain != null) {
            return plain;
        }
        if (to - from == DONE_MARK.length && startsWith(bytes, from, to, DONE_MARK)) {
            return DONE;
        }
        UpstreamEvent event = looksLikeObject(bytes, from, to) ? object(bytes, from, to) : null;
        return event != null ? event : new UpstreamEvent.Text(JsonLiteral.encode(bytes, from, to));
    }

    /*
     * The hot path: nearly every event is {"t":"…"}. Its literal is copied out as it stands, neither decoded nor written
     * anew, so that half a surrogate pair stays exact. A valid literal holds no bare quote, so the quote before the
     * closing brace is the literal's end, and `t` the only key.
     */
    private static @Nullable UpstreamEvent plainText(byte[] bytes, int from, int to) {
        int start = from;
        if (startsWith(bytes, from, to, TEXT)) {
            start += TEXT.length;
        } else if (startsWith(bytes, from, to, TEXT_SPACED)) {
            start += TEXT_SPACED.length;
        } else {
            return null;
        }
        int end = to - 2;
        if (end < start || bytes[end] != '"' || bytes[end + 1] != '}' || !JsonLiteral.isValid(bytes, start, end)) {
            return null;
        }
        return new UpstreamEvent.Text(slice(bytes, start, end));
    }

    private static @Nullable UpstreamEvent object(byte[] bytes, int from, int to) {
        if (!Utf8.isValid(bytes, from, to)) {
            byte[] repaired = Utf8.repaired(bytes, from, to);
            return read(repaired, 0, repaired.length);
        }
        try (JsonParser parser = JSON.createParser(bytes, from, to - from)) {
            parser.nextToken();
            String key = parser.nextFieldName();
            if (key == null) {
                return null;
            }
            UpstreamEvent event = value(key, parser, bytes, from);
            boolean whole = parser.nextToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
            return whole ? event : null;
        } catch (IOException | IllegalStateException notJson) {
            return null;
        }
    }

    private static @Nullable UpstreamEvent value(String key, JsonParser parser, byte[] bytes, int base)
            throws IOException {
        JsonToken token = parser.nextToken();
        int start = base + (int) parser.currentTokenLocation().getByteOffset();
        if (token == JsonToken.START_OBJECT) {
            parser.skipChildren();
            Buffer json =
                    slice(bytes, start, base + (int) parser.currentLocation().getByteOffset());
            return switch (key) {
                case "status" -> new UpstreamEvent.Aside(Kind.STATUS, json);
                case "meta" -> new UpstreamEvent.Aside(Kind.META, json);
                default -> null;
            };
        }
        if (token == JsonToken.VALUE_STRING) {
            parser.finishToken();
            int end = base + (int) parser.currentLocation().getByteOffset();
            return switch (key) {
                case "t" -> new UpstreamEvent.Text(slice(bytes, start + 1, end - 1));
                case "think" -> new UpstreamEvent.Aside(Kind.THINK, slice(bytes, start, end));
                case "error" -> new UpstreamEvent.Failed(Utf8.withoutLoneSurrogates(parser.getText()));
                default -> null;
            };
        }
        return token != null && token.isNumeric() && key.equals("hb") ? HEARTBEAT : null;
    }

    private static boolean looksLikeObject(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\n' || bytes[at] == '\r')) {
            at++;
        }
        return at < to && bytes[at] == '{';
    }

    private static boolean startsWith(byte[] bytes, int from, int to, byte[] prefix) {
        if (to - from < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (bytes[from + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static Buffer slice(byte[] bytes, int from, int to) {
        return Buffer.buffer(to - from).appendBytes(bytes, from, to - from);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
