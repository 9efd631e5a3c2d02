package nova.chat.orchestrator;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A W3C trace that requests upstream belong to (Trace Context, section 3.2): the caller's, passed on, or one begun here.
 * Each request gets a span of its own in it. {@code tracestate} is left out: nobody upstream reads it.
 *
 * @param id 32 hexadecimal digits
 * @param flags 2 hexadecimal digits, passed on as they came
 */
public record Trace(String id, String flags) {
    private static final Pattern TRACEPARENT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** The trace that a {@code traceparent} header names, or a new one where it is missing or malformed. */
    public static Trace of(@Nullable String traceparent) {
        if (traceparent != null) {
            Matcher matcher = TRACEPARENT.matcher(traceparent.strip());
            if (matcher.matches() && (matcher.group(3) == null || !traceparent.startsWith("00"))) {
                return new Trace(matcher.group(1), matcher.group(2));
            }
        }
        return new Trace(hex(16), "01");
    }

    /** The header's value for one request: this trace, a new span. */
    String traceparent() {
        return "00-" + id + "-" + hex(8) + "-" + flags;
    }

    private static String hex(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
