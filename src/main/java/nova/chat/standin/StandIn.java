package nova.chat.standin;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The built-in Orchestrator: its contract over real HTTP, with canned answers where the real one has a model. For a first
 * run, when no Orchestrator is set, and for tests, which script it through {@link #control}.
 */
public final class StandIn {
    /** Connections that may wait to be accepted: a thousand streams may be opened at once by a test. */
    private static final int BACKLOG = 2048;

    private static final Logger LOG = LoggerFactory.getLogger(StandIn.class);

    private final Vertx vertx;
    private final HttpServer server;
    private final String host;
    private final Api api;
    private final Control control;

    private StandIn(Vertx vertx, Options options) {
        this.vertx = vertx;
        this.host = options.host();
        this.api = new Api(options.keys(), options.pace());
        this.control = new Control(options.recordedMax());
        // Without the upgrade to HTTP/2 that Vert.x offers and the real one does not: a script cuts HTTP/1 connections.
        this.server = vertx.createHttpServer(new HttpServerOptions()
                .setHost(options.host())
                .setPort(options.port())
                .setAcceptBacklog(BACKLOG)
                .setHandle100ContinueAutomatically(true)
                .setHttp2ClearTextEnabled(false));
    }

    /** Starts listening, on the caller's event loop if it has one; fails when the port is taken. */
    public static Future<StandIn> start(Vertx vertx, Options options) {
        StandIn standIn = new StandIn(vertx, options);
        return standIn.server
                .connectionHandler(standIn::connected)
                .requestHandler(standIn::handle)
                .listen()
                .map(standIn);
    }

    /** The port it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** What {@code ORCHESTRATOR_URL} would have to be for a bridge to find it. */
    public URI url() {
        return URI.create("http://" + host + ":" + port());
    }

    /** For tests: scripts, records and counters. */
    public Control control() {
        return control;
    }

    /** Stops listening and cuts all answers short. */
    public Future<Void> close() {
        return server.close();
    }

    private void connected(HttpConnection connection) {
        control.connected();
        connection.closeHandler(closed -> control.disconnected());
    }

    private void handle(HttpServerRequest request) {
        Body.read(request, Body.MAX_BYTES)
                .onSuccess(body -> answer(request, body))
                .onFailure(cause -> refuse(request, cause));
    }

    private void answer(HttpServerRequest request, Buffer body) {
        Recorded received = Recorded.of(request, body);
        control.received(received);
        exchange(request, received.endpoint() == Endpoint.STREAM).play(script(received));
    }

    /** A test's function may throw; unanswered, its request would hang, and the test with it. */
    private Script script(Recorded received) {
        try {
            Script scripted = control.script(received);
            return scripted == null ? api.answer(received) : scripted;
        } catch (RuntimeException broken) {
            LOG.error("No answer to {}", received, broken);
            return Script.refusal(500, "Internal Server Error");
        }
    }

    /** Where the body could not be read because its sender has gone, there is nobody left to answer. */
    private void refuse(HttpServerRequest request, Throwable cause) {
        if (cause instanceof Body.TooLarge) {
            exchange(request, false).play(Script.refusal(413, "Request body too large"));
        }
    }

    private Exchange exchange(HttpServerRequest request, boolean stream) {
        if (!stream) {
            return new Exchange(vertx, request, () -> {});
        }
        control.streamOpened();
        return new Exchange(vertx, request, control::streamOver);
    }

    /**
     * How to start it.
     *
     * @param port 0 lets the system choose one
     * @param keys API keys that are accepted; with none, all are, and none is needed
     * @param recordedMax how many requests are kept for {@link Control#recorded}; the oldest go first
     */
    public record Options(String host, int port, Set<String> keys, Pace pace, int recordedMax) {
        public Options {
            keys = Set.copyOf(keys);
        }

        /** A free port of this machine, no keys, a model's pace, nothing recorded. */
        public static Options local() {
            return new Options("127.0.0.1", 0, Set.of(), Pace.ofAModel(), 0);
        }

        public Options withPort(int number) {
            return new Options(host, number, keys, pace, recordedMax);
        }

        public Options withKeys(String... accepted) {
            return new Options(host, port, Set.of(accepted), pace, recordedMax);
        }

        public Options withPace(Pace other) {
            return new Options(host, port, keys, other, recordedMax);
        }

        /** Keeps the latest {@code max} requests, bodies and headers and keys and all: for tests. */
        public Options recording(int max) {
            return new Options(host, port, keys, pace, max);
        }

        /** Never the keys. */
        @Override
        public String toString() {
            return "Options[" + host + ":" + port + ", " + keys.size() + " keys, " + pace + "]";
        }
    }
}
