package nova.chat.standin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A running stand-in and a client that knows nothing of it but its URL. */
final class Room implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final StandIn standIn;
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();

    Room() {
        this(StandIn.Options.local().withPace(Pace.flatOut()));
    }

    Room(StandIn.Options options) {
        standIn = done(StandIn.start(vertx, options).toCompletionStage().toCompletableFuture());
    }

    Control control() {
        return standIn.control();
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send(request(path, headers).GET().build());
    }

    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return send(request(path, headers).POST(BodyPublishers.ofString(body)).build());
    }

    /** Bounded as a whole: the client's own timeout ends with the head. */
    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return http.sendAsync(request, BodyHandlers.ofString()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    String newAgent(String... headers) throws Exception {
        HttpResponse<String> response = post("/api/v1/agents", "{\"config\":{\"name\":\"Nova\"}}", headers);
        assertThat(response.statusCode()).isEqualTo(201);
        return new JsonObject(response.body()).getString("id");
    }

    /** The {@code data:} lines of the answer to a conversation whose user said these things. */
    List<String> ask(String... said) throws Exception {
        return events(post("/api/v1/tasks/stream", task(newAgent(), said)).body());
    }

    /** The stream to any question, read whole; for scripts. */
    String stream() throws Exception {
        return post("/api/v1/tasks/stream", "{}").body();
    }

    CompletableFuture<HttpResponse<InputStream>> streamLater(String body) {
        HttpRequest request = request("/api/v1/tasks/stream")
                .POST(BodyPublishers.ofString(body))
                .build();
        return http.sendAsync(request, BodyHandlers.ofInputStream());
    }

    /** A bare socket that has asked for a stream: for what an HTTP client hides. */
    Socket socket() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), standIn.port());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.getOutputStream()
                .write("POST /api/v1/tasks/stream HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(standIn.url().resolve(path)).timeout(PATIENCE);
        return headers.length == 0 ? request : request.headers(headers);
    }

    static String task(String agent, String... said) {
        JsonArray messages = new JsonArray();
        for (String words : said) {
            if (!messages.isEmpty()) {
                messages.add(new JsonObject().put("role", "assistant").put("content", "…"));
            }
            messages.add(new JsonObject().put("role", "user").put("content", words));
        }
        return new JsonObject().put("agent_id", agent).put("messages", messages).encode();
    }

    static List<String> events(String body) {
        return body.lines()
                .filter(line -> !line.isEmpty())
                .peek(line -> assertThat(line).startsWith("data: "))
                .map(line -> line.substring("data: ".length()))
                .toList();
    }

    /** The answer's text: the deltas, joined. */
    static String text(List<String> events) {
        StringBuilder text = new StringBuilder();
        for (String event : events) {
            if (event.startsWith("{\"t\":")) {
                text.append(new JsonObject(event).getString("t"));
            }
        }
        return text.toString();
    }

    static <T> T done(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Looks again and again, since what it waits for happens on another thread that tells nobody. */
    static void eventually(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        done(standIn.close().toCompletionStage().toCompletableFuture());
        done(vertx.close().toCompletionStage().toCompletableFuture());
    }
}
