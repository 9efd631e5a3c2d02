package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import nova.chat.log.Batch;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.Event.Aside;
import nova.chat.protocol.Event.Delta;
import nova.chat.protocol.Event.End;
import nova.chat.protocol.Event.Failure;
import nova.chat.protocol.Event.Queued;
import nova.chat.protocol.Event.Said;
import nova.chat.protocol.Event.Started;
import nova.chat.protocol.Event.Stats;
import nova.chat.protocol.TurnId;
import nova.chat.store.BatchCodec.Entry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BatchCodecTest {
    private static final TurnId TURN = new TurnId("t1");

    @Test
    void no_events_are_no_entry() {
        assertThat(BatchCodec.encode(new Batch(7, List.of()))).isEmpty();
    }

    @Test
    void the_text_of_neighbours_lies_end_to_end() {
        List<Entry> entries = BatchCodec.encode(new Batch(
                5, List.of(delta("ab"), delta(""), delta("\\ud83d"), new Started(TURN, null), delta("\\ude00"))));
        assertThat(entries).singleElement().satisfies(entry -> {
            assertThat(entry.first()).isEqualTo(5);
            assertThat(entry.last()).isEqualTo(9);
            assertThat(entry.fields().stream().map(field -> new String(field, StandardCharsets.UTF_8)))
                    .containsExactly(
                            "t 2,0,6 t1",
                            "ab\\ud83d",
                            "e",
                            "{\"kind\":\"started\",\"turn\":\"t1\"}",
                            "t 6 t1",
                            "\\ude00");
        });
    }

    @Test
    void two_answers_do_not_run_together() {
        assertThatItComesBack(
                List.of(delta("a"), new Delta(new TurnId("t2"), Buffer.buffer("b")), delta("c"), delta("d")));
    }

    @Test
    void every_event_comes_back_as_it_was() {
        var random = new Random(20_260_301);
        for (int round = 0; round < 2_000; round++) {
            int size = 1 + random.nextInt(30);
            assertThatItComesBack(
                    IntStream.range(0, size).mapToObj(i -> any(random)).toList());
        }
    }

    @Test
    void a_large_batch_becomes_several_entries_within_their_bounds() {
        var random = new Random(7);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            events.add(random.nextInt(3) == 0 ? new Started(TURN, "r" + i) : delta("x".repeat(random.nextInt(500))));
        }
        List<Entry> entries = assertThatItComesBack(events);
        assertThat(entries).hasSizeGreaterThan(5).allSatisfy(entry -> {
            assertThat(entry.bytes()).isLessThan(BatchCodec.MAX_ENTRY_BYTES + 4_096);
            assertThat(entry.fields().size()).isLessThan(BatchCodec.MAX_ENTRY_FIELDS + 4);
        });
    }

    @Test
    void a_large_event_is_an_entry_of_its_own() {
        String large = "0123456789\u00e9\uD83D\uDE00".repeat(100_000);
        List<Entry> entries =
                assertThatItComesBack(List.of(delta("a"), new Said(TURN, null, large), delta(large), delta("b")));
        assertThat(entries).hasSize(3);
    }

    @Test
    void what_a_later_version_writes_keeps_its_number() {
        Batch batch = BatchCodec.decode(
                4,
                fields(
                        "e", "{\"kind\":\"poem\",\"turn\":\"t1\",\"lines\":[1,{\"a\":null}]}",
                        "x 1 2", "whatever",
                        "a doubt t1", "[true]",
                        "e", "{\"kind\":\"started\",\"turn\":\"t1\",\"mood\":{\"x\":[1]},\"ref\":\"r\",\"n\":1.5}",
                        "e", "{\"kind\":\"failure\",\"turn\":\"t1\",\"code\":\"moonstruck\",\"content\":\"?\"}"));
        assertThat(batch.last()).isEqualTo(8);
        assertThat(batch.events().subList(3, 5))
                .containsExactly(new Started(TURN, "r"), new Failure(TURN, null, ErrorCode.INTERNAL, "?"));
        assertThat(batch.events().subList(0, 3)).allMatch(event -> event instanceof Aside);
    }

    @Test
    void rubbish_is_a_clear_failure_that_quotes_nothing() {
        for (List<byte[]> rubbish : List.of(
                fields("e", "secret"),
                fields("e", "[]"),
                fields("e", "{\"kind\":\"said\",\"turn\":\"secret\"}"),
                fields("e", "{\"kind\":\"end\",\"turn\":\"t1\",\"reason\":\"secret\"}"),
                fields("t 7 t1", "secret"),
                fields("t secret t1", "secret"),
                fields("t", "secret"),
                fields("e"))) {
            assertThatThrownBy(() -> BatchCodec.decode(1, rubbish))
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageNotContaining("secret")
                    .hasNoCause();
        }
    }

    @Test
    void rubbish_on_a_channel_is_a_reason_to_read() {
        for (String payload : List.of("", "secret", "7:grown", "5:grown,", "5:grown2:e1", "5:grown2:e11:x", "3:new")) {
            assertThat(NewsCodec.decode(payload.getBytes(StandardCharsets.UTF_8)))
                    .as(payload)
                    .isEqualTo(new News.Changed());
        }
    }

    @CanIgnoreReturnValue
    private static List<Entry> assertThatItComesBack(List<Event> events) {
        List<Entry> entries = BatchCodec.encode(new Batch(11, events));
        List<Event> back = new ArrayList<>();
        for (Entry entry : entries) {
            Batch batch = BatchCodec.decode(entry.first(), entry.fields());
            assertThat(batch.first()).isEqualTo(11 + back.size());
            assertThat(batch.last()).isEqualTo(entry.last());
            back.addAll(batch.events());
        }
        assertThat(back).isEqualTo(events);
        return entries;
    }

    private static Event any(Random random) {
        List<IntFunction<Event>> kinds = List.of(
                i -> delta(literal(random)),
                i -> delta(literal(random)),
                i -> new Delta(new TurnId("t2"), Buffer.buffer(literal(random))),
                i -> new Said(TURN, maybe(random), text(random)),
                i -> new Started(TURN, maybe(random)),
                i -> new Aside(
                        TURN, any(random, Aside.Kind.values()), Buffer.buffer("{\"x\" : \"" + literal(random) + "\"}")),
                i -> new Queued(
                        random.nextBoolean() ? TURN : null,
                        maybe(random),
                        random.nextInt(20),
                        any(random, Queued.Reason.values())),
                i -> new End(TURN, any(random, End.Reason.values()), random.nextBoolean() ? null : stats(random)),
                i -> new Failure(
                        TURN,
                        maybe(random),
                        any(random, ErrorCode.values()),
                        text(random),
                        random.nextBoolean() ? null : random.nextLong()));
        return kinds.get(random.nextInt(kinds.size())).apply(0);
    }

    private static Stats stats(Random random) {
        return new Stats(
                random.nextBoolean() ? null : random.nextLong(Long.MAX_VALUE),
                random.nextLong(Long.MAX_VALUE),
                random.nextInt(Integer.MAX_VALUE),
                random.nextLong(Long.MAX_VALUE));
    }

    /** Any UTF-16 there is, half pairs too. */
    private static String text(Random random) {
        var text = new StringBuilder();
        int length = random.nextInt(20);
        for (int i = 0; i < length; i++) {
            text.append((char) (random.nextInt(4) == 0 ? random.nextInt(0x10000) : random.nextInt(0x80)));
        }
        return text.toString();
    }

    private static @Nullable String maybe(Random random) {
        return random.nextBoolean() ? null : text(random);
    }

    private static String literal(Random random) {
        List<String> parts = List.of("", "a", "\u00e9", "\uD83D\uDE00", "\\ud83d", "\\ude00", "\\n", "\\\"", " t 1,2 ");
        return IntStream.range(0, random.nextInt(6))
                .mapToObj(i -> parts.get(random.nextInt(parts.size())))
                .reduce("", String::concat);
    }

    private static <T> T any(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    private static Delta delta(String literal) {
        return new Delta(TURN, Buffer.buffer(literal));
    }

    private static List<byte[]> fields(String... fields) {
        return List.of(fields).stream()
                .map(field -> field.getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
