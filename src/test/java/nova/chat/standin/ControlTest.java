package nova.chat.standin;

import static nova.chat.standin.Endpoint.HEALTH;
import static nova.chat.standin.Endpoint.STREAM;
import static nova.chat.standin.Room.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlTest {
    private final Room room =
            new Room(StandIn.Options.local().withPace(Pace.flatOut()).recording(2));
    private final Control control = room.control();

    @AfterEach
    void close() {
        room.close();
    }

    @Test
    void nothing_is_recorded_unless_it_is_asked_for() throws Exception {
        try (Room plain = new Room()) {
            assertThat(plain.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(plain.control().recorded()).isEmpty();
            assertThat(plain.control().requests(HEALTH)).isEqualTo(1);
        }
    }

    @Test
    void a_request_is_recorded_with_all_it_brought_but_prints_none_of_it() throws Exception {
        control.next(STREAM, Script.stream().done());
        assertThat(room.post("/api/v1/tasks/stream?a=b", "{\"x\":1}", "X-API-Key", "sk-nova-secret")
                        .statusCode())
                .isEqualTo(200);
        assertThat(control.recorded(STREAM)).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.uri()).isEqualTo("/api/v1/tasks/stream?a=b");
            assertThat(request.header("x-api-key")).isEqualTo("sk-nova-secret");
            assertThat(request.json().getInteger("x")).isEqualTo(1);
            assertThat(request.toString()).doesNotContain("secret", "x\":");
        });
    }

    @Test
    void only_the_latest_requests_are_kept() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(room.get("/health/live?" + i).statusCode()).isEqualTo(200);
        }
        assertThat(control.recorded()).extracting(Recorded::uri).containsExactly("/health/live?1", "/health/live?2");
        assertThat(control.requests(HEALTH)).isEqualTo(3);
        assertThat(control.requests(STREAM)).isZero();
    }

    @Test
    void the_next_requests_get_their_scripts_before_all_others_get_theirs() throws Exception {
        control.always(HEALTH, request -> Script.answer(200, "text/plain", request.method()));
        control.next(HEALTH, Script.refusal(500, "one"), Script.refusal(503, "two"));
        assertThat(room.get("/health/live").statusCode()).isEqualTo(500);
        assertThat(room.get("/api/v1/identity").statusCode()).isEqualTo(200);
        assertThat(room.get("/health/live").statusCode()).isEqualTo(503);
        assertThat(room.get("/health/live").body()).isEqualTo("GET");
        control.unscript();
        assertThat(room.get("/health/live").body()).contains("alive");
    }

    @Test
    void a_function_that_throws_is_a_500() throws Exception {
        control.always(HEALTH, request -> {
            throw new IllegalStateException("on purpose");
        });
        assertThat(room.get("/health/live").statusCode()).isEqualTo(500);
    }

    @Test
    void connections_are_counted_and_reused() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(room.get("/health/live").statusCode()).isEqualTo(200);
        }
        assertThat(control.connections()).isEqualTo(1);
        assertThat(control.openConnections()).isEqualTo(1);
    }

    @Test
    void closing_cuts_open_answers_short() throws Exception {
        Room closing = new Room();
        closing.control().next(STREAM, Script.stream().hang());
        try (var body = Room.done(closing.streamLater("{}")).body()) {
            closing.close();
            assertThat(body).isNotNull();
        }
        eventually(() -> closing.control().openStreams() == 0);
        assertThat(closing.control().openConnections()).isZero();
    }

    @Test
    void options_do_not_print_keys() {
        assertThat(StandIn.Options.local().withKeys("sk-nova-secret").toString())
                .contains("1 keys")
                .doesNotContain("secret");
    }
}
