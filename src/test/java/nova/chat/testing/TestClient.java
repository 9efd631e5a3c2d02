package nova.chat.testing;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A seed client, as a stranger would write it with Java's own WebSocket: it knows the documented page and nothing of ours.
 * Every wait has an end, and says what had come when it fails.
 */
public final class TestClient implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long WAIT_S = 30;

    private final BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
    private final List<JsonObject> seen = new ArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;

    private TestClient(URI uri, String... headers) {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(WAIT_S));
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        socket = builder.buildAsync(uri, new Listener()).join();
    }

    /**
     * Connects.
     *
     * @param query with its question mark, or empty
     * @param headers names and values in turn
     */
    public static TestClient connect(int port, String query, String... headers) {
        try {
            return new TestClient(URI.create("ws://127.0.0.1:" + port + "/ws/chat" + query), headers);
        } catch (CompletionException e) {
            throw new IllegalStateException("the handshake failed", e.getCause());
        }
    }

    /** Sends a text as it is. */
    public TestClient sendText(String text) {
        socket.sendText(text, true).join();
        return this;
    }

    public TestClient sendBinary(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
        return this;
    }

    /** Sends a message in fragments. */
    public TestClient sendFragments(String... fragments) {
        for (int i = 0; i < fragments.length; i++) {
            socket.sendText(fragments[i], i == fragments.length - 1).join();
        }
        return this;
    }

    public TestClient say(String content) {
        return sendText(
                new JsonObject().put("type", "user").put("content", content).encode());
    }

    public TestClient say(String content, String session) {
        return sendText(new JsonObject()
                .put("type", "user")
                .put("content", content)
                .put("session_id", session)
                .encode());
    }

    public TestClient auth(String token) {
        return sendText(new JsonObject().put("type", "auth").put("token", token).encode());
    }

    /** The next frame, whatever it is. */
    public JsonObject next() {
        try {
            JsonObject frame = frames.poll(WAIT_S, TimeUnit.SECONDS);
            if (frame == null) {
                throw new AssertionError("no frame came in " + WAIT_S + " s; closed: " + closed.getNow(null)
                        + "; before: " + seen.subList(Math.max(0, seen.size() - 5), seen.size()));
            }
            seen.add(frame);
            return frame;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next frame, which must be of this type. */
    public JsonObject next(String type) {
        JsonObject frame = next();
        if (!type.equals(frame.getString("type"))) {
            throw new AssertionError("expected " + type + ", came " + frame);
        }
        return frame;
    }

    /** Whether a frame comes within so many milliseconds: for showing that none does. */
    public boolean hears(long ms) {
        try {
            JsonObject frame = frames.poll(ms, TimeUnit.MILLISECONDS);
            return frame != null;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The session that the next frame, {@code system}, names. */
    public String session() {
        return next("system").getString("session_id");
    }

    /** The text of the next answer, which must be whole; {@code queued} frames before it are passed over. */
    public String answer() {
        StringBuilder text = new StringBuilder();
        for (JsonObject frame = next(); ; frame = next()) {
            switch (frame.getString("type")) {
                case "stream_chunk" -> text.append(frame.getString("delta"));
                case "stream_end" -> {
                    return text.toString();
                }
                case "queued" -> {}
                default -> throw new AssertionError("expected an answer, came " + frame);
            }
        }
    }

    /** The next {@code error}; an answer's text and {@code queued} frames before it are passed over. */
    public JsonObject error() {
        for (JsonObject frame = next(); ; frame = next()) {
            switch (frame.getString("type")) {
                case "error" -> {
                    return frame;
                }
                case "stream_chunk", "queued" -> {}
                default -> throw new AssertionError("expected an error, came " + frame);
            }
        }
    }

    /** The close code, once the server has closed. */
    public int closeCode() {
        try {
            return closed.get(WAIT_S, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("not closed in " + WAIT_S + " s; before: " + seen, e);
        }
    }

    public boolean isClosed() {
        return closed.isDone();
    }

    /** Goes without a close frame, in whatever the connection is doing. */
    public void vanish() {
        socket.abort();
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                frames.add(new JsonObject(message.toString()));
                message.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            closed.complete(statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            closed.complete(1006);
        }
    }
}
