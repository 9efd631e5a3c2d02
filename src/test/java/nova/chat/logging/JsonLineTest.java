package nova.chat.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.KeyValuePair;

class JsonLineTest {
    private final LoggerContext context = new LoggerContext();

    @Test
    void a_line_is_one_json_object_with_the_usual_fields_in_order() {
        LoggingEvent event = event("turn ended", null);
        event.setInstant(Instant.parse("2026-11-23T09:30:00.000999Z"));
        event.setKeyValuePairs(List.of(
                new KeyValuePair("session", "s1"),
                new KeyValuePair("chunks", 12),
                new KeyValuePair("seconds", 1.5),
                new KeyValuePair("resumed", true),
                new KeyValuePair("agent", null),
                new KeyValuePair("cost", new BigDecimal("1.10")),
                new KeyValuePair("ratio", Double.NaN)));

        assertThat(line(event, false))
                .isEqualTo(
                        "{\"timestamp\":\"2026-11-23T09:30:00.000Z\",\"level\":\"INFO\",\"logger\":\"nova.chat.Test\","
                                + "\"message\":\"turn ended\",\"service\":\"chat-api\",\"session\":\"s1\",\"chunks\":12,"
                                + "\"seconds\":1.5,\"resumed\":true,\"agent\":null,\"cost\":\"1.10\",\"ratio\":\"NaN\"}\n");
    }

    @ParameterizedTest
    @CsvSource({"TRACE,DEBUG", "DEBUG,DEBUG", "INFO,INFO", "WARN,WARNING", "ERROR,ERROR"})
    void levels_have_pythons_names(String level, String name) {
        LoggingEvent event = event(Level.valueOf(level), "any", null);

        assertThat(parsed(event, false).getString("level")).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"two\r\nlines", "\u0000\u001b[31m\u007f\u0085\u2028", "\"quoted\" \\ {} 😀 é"})
    void any_text_survives_on_one_line(String text) {
        LoggingEvent event = event(text, new IllegalStateException(text));
        event.setKeyValuePairs(List.of(new KeyValuePair("key" + text, text)));

        JsonObject fields = parsed(event, true);

        assertThat(fields.getString("message")).isEqualTo(text);
        assertThat(fields.getString("key" + text)).isEqualTo(text);
        assertThat(fields.getString("error")).isEqualTo("java.lang.IllegalStateException: " + text);
        assertThat(fields.getString("stack")).contains(text);
    }

    @Test
    void a_lone_surrogate_becomes_a_question_mark() {
        assertThat(parsed(event("a\ud83d", null), false).getString("message")).isEqualTo("a?");
        assertThat(parsed(event("\ude00b", null), false).getString("message")).isEqualTo("?b");
    }

    @Test
    void a_pair_never_hides_another_field() {
        LoggingEvent event = event("the message", null);
        event.setKeyValuePairs(
                List.of(new KeyValuePair("message", 1), new KeyValuePair("twice", 2), new KeyValuePair("twice", 3)));

        JsonObject fields = parsed(event, false);

        assertThat(fields.getString("message")).isEqualTo("the message");
        assertThat(fields.getMap())
                .containsEntry("message_", 1)
                .containsEntry("twice", 2)
                .containsEntry("twice_", 3);
    }

    @Test
    void a_throwable_is_named_and_its_stack_is_only_for_debug() {
        LoggingEvent event = event("failed", new IllegalStateException("outer", new RuntimeException("inner")));

        assertThat(parsed(event, false).getString("error")).isEqualTo("java.lang.IllegalStateException: outer");
        assertThat(parsed(event, false).containsKey("stack")).isFalse();
        assertThat(parsed(event, true).getString("stack")).contains("JsonLineTest", "Caused by", "inner");
    }

    @Test
    void a_throwable_without_a_message_is_only_its_class() {
        assertThat(parsed(event("failed", new IllegalStateException()), false).getString("error"))
                .isEqualTo("java.lang.IllegalStateException");
    }

    @Test
    void a_long_text_is_cut() {
        LoggingEvent event = event("m".repeat(1_000_000), new IllegalStateException("e".repeat(1_000_000)));
        event.setKeyValuePairs(List.of(new KeyValuePair("text", "t".repeat(1_000_000))));

        JsonObject fields = parsed(event, true);

        assertThat(List.of("message", "error", "stack", "text"))
                .allSatisfy(name -> assertThat(fields.getString(name)).hasSize(JsonLine.MAX_FIELD_CHARS + 1));
    }

    private LoggingEvent event(String message, @Nullable Throwable thrown) {
        return event(Level.INFO, message, thrown);
    }

    private LoggingEvent event(Level level, String message, @Nullable Throwable thrown) {
        var event = new LoggingEvent("", context.getLogger("nova.chat.Test"), level, message, thrown, null);
        event.setInstant(Instant.now());
        return event;
    }

    private static JsonObject parsed(LoggingEvent event, boolean stacks) {
        String line = line(event, stacks);
        assertThat(line.indexOf('\n')).as("the only line end").isEqualTo(line.length() - 1);
        return new JsonObject(line);
    }

    private static String line(LoggingEvent event, boolean stacks) {
        return new String(new JsonLine(stacks).encode(event), StandardCharsets.UTF_8);
    }
}
