package nova.chat.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Encodes an event as one line of JSON, with its key-value pairs as fields. A pair that takes a name already used gets
 * underscores behind it, since most readers keep only one of two fields with one name.
 */
final class JsonLine extends EncoderBase<ILoggingEvent> {
    /** Longer texts are cut: collectors split or drop lines of more than some tens of kilobytes. */
    static final int MAX_FIELD_CHARS = 16_384;

    private static final DateTimeFormatter MILLISECONDS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
    private static final Set<String> OURS =
            Set.of("timestamp", "level", "logger", "message", "service", "error", "stack");

    private final JsonFactory factory = new JsonFactory();
    private final boolean stacks;

    /**
     * Makes an encoder.
     *
     * @param stacks whether a throwable's stack and causes are written too
     */
    JsonLine(boolean stacks) {
        this.stacks = stacks;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringWriter line = new StringWriter(256);
        try (JsonGenerator json = factory.createGenerator(line)) {
            json.writeStartObject();
            write(event, json);
            json.writeEndObject();
        } catch (IOException e) { // a StringWriter has no reason to
            throw new UncheckedIOException(e);
        }
        // By way of chars, since Jackson's own UTF-8 throws on a lone surrogate; here it becomes a question mark.
        return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    private void write(ILoggingEvent event, JsonGenerator json) throws IOException {
        json.writeStringField("timestamp", MILLISECONDS.format(event.getInstant()));
        json.writeStringField("level", pythonsName(event.getLevel()));
        json.writeStringField("logger", event.getLoggerName());
        json.writeStringField("message", cut(event.getFormattedMessage()));
        json.writeStringField("service", "chat-api");
        writePairs(event.getKeyValuePairs(), json);
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            json.writeStringField("error", cut(nameOf(thrown)));
            if (stacks) {
                json.writeStringField("stack", cut(ThrowableProxyUtil.asString(thrown)));
            }
        }
    }

    private static String pythonsName(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> "ERROR";
            case Level.WARN_INT -> "WARNING";
            case Level.INFO_INT -> "INFO";
            default -> "DEBUG";
        };
    }

    private static String nameOf(IThrowableProxy thrown) {
        String message = thrown.getMessage();
        return message == null ? thrown.getClassName() : thrown.getClassName() + ": " + message;
    }

    private static void writePairs(@Nullable List<KeyValuePair> pairs, JsonGenerator json) throws IOException {
        if (pairs == null) {
            return;
        }
        Set<String> taken = new HashSet<>(OURS);
        for (KeyValuePair pair : pairs) {
            String name = cut(String.valueOf(pair.key));
            while (!taken.add(name)) {
                name += "_";
            }
            json.writeFieldName(name);
            writeValue(pair.value, json);
        }
    }

    private static void writeValue(@Nullable Object value, JsonGenerator json) throws IOException {
        if (value == null || value instanceof Boolean || isPlainNumber(value)) {
            json.writeObject(value); // quotes NaN and the infinities
        } else {
            json.writeString(cut(String.valueOf(value)));
        }
    }

    private static boolean isPlainNumber(Object value) {
        return value instanceof Number && value.getClass().getPackageName().equals("java.lang");
    }

    private static String cut(@Nullable String text) {
        String whole = String.valueOf(text);
        return whole.length() <= MAX_FIELD_CHARS ? whole : whole.substring(0, MAX_FIELD_CHARS) + "…";
    }

    @Override
    public byte @Nullable [] headerBytes() {
        return null;
    }

    @Override
    public byte @Nullable [] footerBytes() {
        return null;
    }
}
