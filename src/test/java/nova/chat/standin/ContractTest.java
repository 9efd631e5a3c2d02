package nova.chat.standin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContractTest {
    private static final String KEY = "sk-nova-one";
    private static final String AGENTS = "/api/v1/agents";
    private static final String STREAM = "/api/v1/tasks/stream";
    private static final String VALIDATE = "/api/v1/keys/validate";

    private final Room open = new Room();
    private final Room locked =
            new Room(StandIn.Options.local().withPace(Pace.flatOut()).withKeys(KEY, "sk-nova-two"));

    @AfterEach
    void close() {
        open.close();
        locked.close();
    }

    @Test
    void it_is_alive() throws Exception {
        HttpResponse<String> response = open.get("/health/live");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(response.body()).isEqualTo("{\"status\":\"alive\"}");
    }

    @Test
    void it_says_its_name_to_anybody() throws Exception {
        JsonObject identity = new JsonObject(locked.get("/api/v1/identity").body());
        assertThat(identity.getString("name")).isEqualTo("Nova");
        assertThat(identity.getString("greeting")).isNotBlank();
    }

    @Test
    void without_keys_any_key_and_none_are_valid_by_bypass() throws Exception {
        String bypass = "{\"valid\":true,\"name\":\"dev-bypass\"}";
        assertThat(open.get(VALIDATE).body()).isEqualTo(bypass);
        assertThat(open.get(VALIDATE, "X-API-Key", "anything").body()).isEqualTo(bypass);
    }

    @Test
    void with_keys_only_those_are_valid() throws Exception {
        JsonObject verdict =
                new JsonObject(locked.get(VALIDATE, "X-API-Key", KEY).body());
        assertThat(verdict.getBoolean("valid")).isTrue();
        assertThat(verdict.getString("name")).isNotIn("dev-bypass", "trusted-network");
        HttpResponse<String> wrong = locked.get(VALIDATE, "X-API-Key", "sk-nova-three");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).isEqualTo("{\"detail\":\"Invalid API key\"}");
        assertThat(locked.get(VALIDATE).statusCode()).isEqualTo(401);
    }

    @Test
    void with_keys_agents_and_turns_need_one() throws Exception {
        assertThat(locked.post(AGENTS, "{\"config\":{\"name\":\"x\"}}").statusCode())
                .isEqualTo(401);
        String agent = locked.newAgent("X-API-Key", KEY);
        assertThat(locked.post(STREAM, Room.task(agent, "hello")).statusCode()).isEqualTo(401);
        assertThat(locked.post(STREAM, Room.task(agent, "hello"), "X-API-Key", KEY)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void an_agent_is_made_as_asked() throws Exception {
        String config = "{\"name\":\"Nova\",\"system_prompt\":\"Be brief.\",\"model\":\"auto\"}";
        HttpResponse<String> response = open.post(AGENTS, "{\"config\":" + config + "}");
        assertThat(response.statusCode()).isEqualTo(201);
        JsonObject agent = new JsonObject(response.body());
        assertThat(UUID.fromString(agent.getString("id"))).isNotNull();
        assertThat(agent.getJsonObject("config").encode()).isEqualTo(config);
        assertThat(agent.getString("status")).isEqualTo("idle");
        assertThat(agent.getInstant("created_at")).isNotNull();
        assertThat(agent.containsKey("last_active")).isTrue();
        assertThat(agent.getValue("last_active")).isNull();
    }

    @Test
    void a_body_that_lacks_something_is_told_what() throws Exception {
        assertThat(problem(AGENTS, "{}")).isEqualTo("missing [\"body\",\"config\"]");
        assertThat(problem(AGENTS, "{\"config\":{}}")).isEqualTo("missing [\"body\",\"config\",\"name\"]");
        assertThat(problem(AGENTS, "{\"config\":7}")).isEqualTo("model_attributes_type [\"body\",\"config\"]");
        assertThat(problem(AGENTS, "{\"config\":{\"name\":7}}"))
                .isEqualTo("string_type [\"body\",\"config\",\"name\"]");
        assertThat(problem(AGENTS, "[]")).isEqualTo("model_attributes_type [\"body\"]");
        assertThat(problem(AGENTS, "")).isEqualTo("json_invalid [\"body\",0]");
        assertThat(problem(AGENTS, "{\"config\":")).isEqualTo("json_invalid [\"body\",0]");
    }

    @Test
    void a_turn_that_is_malformed_is_told_where() throws Exception {
        String agent = UUID.randomUUID().toString();
        assertThat(problem(STREAM, turn("7", "[{\"role\":\"user\",\"content\":\"x\"}]")))
                .isEqualTo("uuid_parsing [\"body\",\"agent_id\"]");
        assertThat(problem(STREAM, "{\"agent_id\":\"" + agent + "\"}")).isEqualTo("missing [\"body\",\"messages\"]");
        assertThat(problem(STREAM, turn(agent, "[]"))).isEqualTo("too_short [\"body\",\"messages\"]");
        assertThat(problem(STREAM, turn(agent, "7"))).isEqualTo("list_type [\"body\",\"messages\"]");
        assertThat(problem(STREAM, turn(agent, "[7]"))).isEqualTo("model_attributes_type [\"body\",\"messages\",0]");
        assertThat(problem(STREAM, turn(agent, "[{\"role\":\"bot\",\"content\":\"x\"}]")))
                .isEqualTo("literal_error [\"body\",\"messages\",0,\"role\"]");
        assertThat(problem(STREAM, turn(agent, "[{\"role\":\"user\",\"content\":null}]")))
                .isEqualTo("missing [\"body\",\"messages\",0,\"content\"]");
    }

    @Test
    void a_turn_for_an_unknown_agent_is_not_found() throws Exception {
        HttpResponse<String> response =
                open.post(STREAM, Room.task(UUID.randomUUID().toString(), "hello"));
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).isEqualTo("{\"detail\":\"Agent not found\"}");
    }

    @Test
    void a_turn_is_answered_with_an_event_stream() throws Exception {
        HttpResponse<String> response = open.post(STREAM, Room.task(open.newAgent(), "hello"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
        assertThat(response.headers().firstValue("transfer-encoding")).contains("chunked");
        assertThat(response.headers().firstValue("content-length")).isEmpty();
    }

    @Test
    void what_is_not_there_is_refused_in_fastapi_words() throws Exception {
        HttpResponse<String> nowhere = open.get("/api/v1/nowhere");
        assertThat(nowhere.statusCode()).isEqualTo(404);
        assertThat(nowhere.body()).isEqualTo("{\"detail\":\"Not Found\"}");
        HttpResponse<String> wrong = open.get(AGENTS);
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.headers().firstValue("allow")).contains("POST");
        assertThat(wrong.body()).isEqualTo("{\"detail\":\"Method Not Allowed\"}");
    }

    @Test
    void a_body_that_is_announced_too_large_is_refused_before_it_is_sent() throws Exception {
        assertThat(firstLine("content-length: " + (Body.MAX_BYTES + 1L) + "\r\n\r\n", 0))
                .isEqualTo("HTTP/1.1 413 Request Entity Too Large");
    }

    @Test
    void a_body_that_turns_out_too_large_is_refused_when_it_does() throws Exception {
        assertThat(firstLine("transfer-encoding: chunked\r\n\r\n", 65))
                .isEqualTo("HTTP/1.1 413 Request Entity Too Large");
    }

    @Test
    void the_agent_that_was_used_longest_ago_is_forgotten_first() {
        Agents agents = new Agents(2);
        String first = agents.create();
        String second = agents.create();
        assertThat(agents.use(first)).isTrue();
        String third = agents.create();
        assertThat(List.of(agents.use(first), agents.use(second), agents.use(third)))
                .containsExactly(true, false, true);
    }

    private String firstLine(String rest, int megabytes) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), open.standIn.port())) {
            socket.setSoTimeout((int) Room.PATIENCE.toMillis());
            var out = socket.getOutputStream();
            out.write(("POST " + AGENTS + " HTTP/1.1\r\nhost: x\r\n" + rest).getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < megabytes; i++) {
                out.write("100000\r\n".getBytes(StandardCharsets.US_ASCII));
                out.write(new byte[1 << 20]);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    private String problem(String path, String body) throws Exception {
        HttpResponse<String> response = open.post(path, body);
        assertThat(response.statusCode()).isEqualTo(422);
        JsonObject problem =
                new JsonObject(response.body()).getJsonArray("detail").getJsonObject(0);
        assertThat(problem.getString("msg")).isNotBlank();
        return problem.getString("type") + " " + problem.getJsonArray("loc").encode();
    }

    private static String turn(String agent, String messages) {
        return "{\"agent_id\":\"" + agent + "\",\"messages\":" + messages + "}";
    }
}
