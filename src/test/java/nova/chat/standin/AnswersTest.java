package nova.chat.standin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private final Room room = new Room(StandIn.Options.local()
            .withPace(Pace.flatOut().withSlow(Duration.ofMillis(200)).withHeartbeat(Duration.ofMillis(60))));

    @AfterEach
    void close() {
        room.close();
    }

    @Test
    void the_steps_come_first_then_the_text_then_done() throws Exception {
        List<String> events = room.ask("hello");
        assertThat(events.get(0)).isEqualTo("{\"meta\":{\"model\":\"nova-stand-in\"}}");
        assertThat(events.subList(1, 8))
                .extracting(event -> new JsonObject(event).getJsonObject("status"))
                .extracting(status -> status.getString("step") + " " + status.getString("state"))
                .containsExactly(
                        "classifying running",
                        "classifying done",
                        "memory running",
                        "memory done",
                        "model running",
                        "model done",
                        "generating running");
        assertThat(events.get(8)).startsWith("{\"t\":");
        assertThat(events.get(events.size() - 1)).isEqualTo("[DONE]");
        assertThat(events.get(events.size() - 2)).contains("generating", "done");
    }

    @Test
    void the_text_comes_in_small_pieces_that_make_it_whole() throws Exception {
        List<String> events = room.ask("unicode");
        assertThat(events.stream().filter(event -> event.startsWith("{\"t\":")).toList())
                .hasSizeGreaterThan(60)
                .allSatisfy(
                        piece -> assertThat(new JsonObject(piece).getString("t").length())
                                .isBetween(1, 20));
        assertThat(Room.text(events)).startsWith(Samples.UNICODE);
    }

    @Test
    void it_says_what_it_is_and_how_to_reach_a_real_one() throws Exception {
        for (String said : List.of("hello", "help", "what is the meaning of it all?")) {
            assertThat(Room.text(room.ask(said))).contains("stand-in", "not a language model", "ORCHESTRATOR_URL");
        }
    }

    @Test
    void the_whole_conversation_arrives() throws Exception {
        assertThat(Room.text(room.ask("first words"))).contains("You have said 1 thing so far: “`first words`”");
        assertThat(Room.text(room.ask("first words", "table", "help")))
                .startsWith(Samples.HELP)
                .contains("You have said 3 things so far; the first was “`first words`”");
    }

    @Test
    void each_word_that_help_names_has_an_answer_of_its_own() throws Exception {
        assertThat(Room.text(room.ask("Show me a table, please"))).startsWith(Samples.TABLE);
        assertThat(Room.text(room.ask("CODE!"))).startsWith(Samples.CODE);
        assertThat(Room.text(room.ask("markdown"))).startsWith(Samples.MARKDOWN);
        assertThat(Room.text(room.ask("long")).length()).isGreaterThan(3000);
    }

    @Test
    void a_word_in_a_longer_message_is_no_command() throws Exception {
        assertThat(Room.text(room.ask("it did not take long to code this table")))
                .startsWith("You wrote “`it did not take long to code this table`” (39 characters)");
    }

    @Test
    void planning_prose_is_not_part_of_the_text() throws Exception {
        List<String> events = room.ask("code");
        assertThat(events).anySatisfy(event -> assertThat(event).startsWith("{\"think\":"));
        assertThat(Room.text(events)).doesNotContain("will do");
    }

    @Test
    void slow_is_silent_but_for_heartbeats() throws Exception {
        List<String> events = room.ask("slow");
        assertThat(events.stream().filter("{\"hb\":60}"::equals)).hasSize(3);
        assertThat(Room.text(events)).startsWith(Samples.SLOW);
    }

    @Test
    void fail_ends_with_an_error_and_done() throws Exception {
        List<String> events = room.ask("fail");
        assertThat(Room.text(events)).isEqualTo(Samples.FAIL);
        assertThat(new JsonObject(events.get(events.size() - 2)).getString("error"))
                .isNotBlank();
        assertThat(events.get(events.size() - 1)).isEqualTo("[DONE]");
    }

    @Test
    void a_quotation_cannot_break_out_of_its_code_span() {
        assertThat(Answers.quote("plain *not* <b>bold</b>")).isEqualTo("“`plain *not* <b>bold</b>`”");
        assertThat(Answers.quote("a `b` ``c`` d")).isEqualTo("“``` a `b` ``c`` d ```”");
        assertThat(Answers.quote("`")).isEqualTo("“`` ` ``”");
        assertThat(Answers.quote("\n# one\r\n\n- two\u0000\u2028> three")).isEqualTo("“`# one - two > three`”");
        assertThat(Answers.quote(" \n ")).isEqualTo("nothing that can be shown");
    }

    @Test
    void a_long_quotation_is_cut_between_characters() {
        assertThat(Answers.quote("😀".repeat(500))).isEqualTo("“`" + "😀".repeat(120) + "…`”");
    }

    @Test
    void half_a_character_is_survived() throws Exception {
        String body = Room.task(room.newAgent(), "HALF").replace("HALF", "half \\ud83d.");
        assertThat(Room.text(Room.events(room.post("/api/v1/tasks/stream", body).body())))
                .startsWith("You wrote “`half ?.`”");
    }

    @Test
    void at_a_models_pace_it_takes_its_time() throws Exception {
        try (Room paced =
                new Room(StandIn.Options.local().withPace(Pace.flatOut().withToken(Duration.ofMillis(10))))) {
            long before = System.nanoTime();
            List<String> events = paced.ask("fail");
            int pieces = (int)
                    events.stream().filter(event -> event.startsWith("{\"t\":")).count();
            assertThat(pieces).isGreaterThan(5);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(5L * pieces));
        }
    }
}
