package nova.chat.edge;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import nova.chat.config.Config;
import nova.chat.orchestrator.Call;
import nova.chat.orchestrator.Orchestrator;
import nova.chat.session.Budget;
import nova.chat.session.Sessions;
import nova.chat.store.Store;

/** The HTTP server, and all of its routes. */
public final class Edge {
    private final Config config;
    private final HttpServer server;
    private final Authenticator authenticator;
    private final Connections connections;
    private final Handshakes handshakes;
    private final Replies replies;
    private final Pages pages;
    private final Health health;
    private final Upgrade upgrade;
    private final Compression compression;

    /** Not yet listening. */
    public Edge(Vertx vertx, Config config, Sessions sessions, Orchestrator orchestrator, Store store, Budget waiting) {
        this.config = config;
        Origins origins = new Origins(config.edge().allowedOrigins());
        this.authenticator = new Authenticator(orchestrator, config.keys());
        Identities identities = new Identities(vertx, orchestrator::identity, System::nanoTime);
        this.connections = new Connections(vertx, config, sessions, authenticator, waiting, identities);
        this.handshakes = new Handshakes(vertx, config.edge().handshake());
        this.compression = new Compression(config.edge().maxMessageBytes());
        this.replies = new Replies(origins);
        this.pages = new Pages(replies, PageFiles.read());
        this.health = new Health(vertx, orchestrator, store, connections, replies);
        ClientAddress addresses = new ClientAddress(config.edge().trustedProxies());
        this.upgrade = new Upgrade(connections, origins, addresses, replies);
        this.server = vertx.createHttpServer(options(config))
                .connectionHandler(this::connected)
                .requestHandler(this::handle);
    }

    /** Listens; answers the port. */
    public Future<Integer> listen() {
        return server.listen(config.service().port(), config.service().host()).map(HttpServer::actualPort);
    }

    /** Refuses new work, and sends away whoever has nothing running. */
    public void drain() {
        connections.drain();
    }

    /** Sends everybody away and stops listening. */
    public Future<Void> close(Duration limit) {
        return connections.close(limit).eventually(server::close).onComplete(v -> handshakes.close());
    }

    /** The Orchestrator refused a call's key: whether it is still good is asked again. */
    public void doubt(Call call) {
        authenticator.doubt(call);
    }

    private void connected(HttpConnection connection) {
        handshakes.expect(connection);
        if (config.edge().compression()) {
            compression.bound(connection);
        }
        connection.closeHandler(v -> handshakes.done(connection));
    }

    private void handle(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        handshakes.done(connection);
        request.response().endHandler(v -> handshakes.expect(connection));
        String path = request.path();
        if (!hasOneHost(request)) {
            replies.error(request, 400, "An HTTP/1.1 request has exactly one Host header.");
        } else if (path == null || !isKnown(path)) {
            replies.notFound(request);
        } else if (!hasReadableQuery(request)) {
            replies.error(request, 400, "The query is malformed: a % is not followed by two hexadecimal digits.");
        } else if (request.method().equals(HttpMethod.OPTIONS)) {
            replies.preflight(request);
        } else if (!isRead(request.method())) {
            replies.methodNotAllowed(request);
        } else {
            route(request, path);
        }
    }

    private boolean isKnown(String path) {
        return switch (path) {
            case "/ws/chat", "/health/live", "/health/ready", "/favicon.ico" -> true;
            default -> pages.has(path);
        };
    }

    private void route(HttpServerRequest request, String path) {
        switch (path) {
            case "/ws/chat" -> upgrade.handle(request);
            case "/health/live" -> health.live(request);
            case "/health/ready" -> health.ready(request);
            case "/favicon.ico" -> replies.nothing(request); // browsers ask unbidden, and call a 404 an error
            default -> pages.serve(request, path);
        }
    }

    private static boolean isRead(HttpMethod method) {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }

    private static boolean hasOneHost(HttpServerRequest request) {
        int hosts = request.headers().getAll("Host").size();
        return hosts == 1 || (hosts == 0 && request.version() == HttpVersion.HTTP_1_0);
    }

    /**
     * Vert.x decodes parameters when first asked for one, and throws then: too late for an answer, and what it throws
     * quotes the query, and so perhaps a key.
     */
    private static boolean hasReadableQuery(HttpServerRequest request) {
        try {
            return request.params() != null;
        } catch (IllegalArgumentException undecodable) {
            return false;
        }
    }

    private static HttpServerOptions options(Config config) {
        return new HttpServerOptions()
                .setMaxWebSocketFrameSize(config.edge().maxMessageBytes())
                .setPerMessageWebSocketCompressionSupported(config.edge().compression())
                .setPerFrameWebSocketCompressionSupported(false)
                .setWebSocketSubProtocols(List.of(Guest.V2)) // others are passed over, as if none were offered
                .setWebSocketClosingTimeout(2) // seconds that a peer has to answer a close frame
                .setMaxInitialLineLength(8 * 1024) // a key in ?token= and room to spare; longer is 414
                .setMaxHeaderSize(16 * 1024) // cookies of a shared domain fit; larger is 431
                .setHttp2ClearTextEnabled(false)
                .setAcceptBacklog(1_024); // all come back at once after a restart
    }
}
