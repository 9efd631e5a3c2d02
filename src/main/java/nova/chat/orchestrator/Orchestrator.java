package nova.chat.orchestrator;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import nova.chat.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * The client of the Orchestrator: is it there, how is it called, is a key good, make an agent, run a turn.
 *
 * <p>To be made and called on one event loop, which all its connections then live on. No redirect is followed, no compressed
 * body accepted, and no POST ever repeated.
 */
public final class Orchestrator {
    /*
     * uvicorn closes a connection that was idle for 5 s. A request written to one that is just being closed may or may not
     * have been read, and so must not be repeated. Hence ours are dropped well before: after 3 s, looked for every 0.5 s.
     */
    private static final int KEEP_ALIVE_S = 3;
    private static final int CLEAN_MS = 500;

    /** Keys and health have a pool of their own, so that a rush of logins takes no turn's connection. */
    private static final int PROBE_CONNECTIONS = 32;

    private static final Duration ALIVE_LIMIT = Duration.ofSeconds(2);
    private static final Duration IDENTITY_LIMIT = Duration.ofSeconds(2);
    private static final Duration VALIDATE_LIMIT = Duration.ofSeconds(5);
    private static final int MAX_ID_CHARS = 256;

    private final Vertx vertx;
    private final Config.Upstream config;
    private final int maxEventBytes;
    private final Requests requests;
    private final Wording wording;
    private final HttpClient turns;
    private final HttpClient probes;

    /**
     * A client without a connection yet.
     *
     * @param url where the Orchestrator is; its path stands before each of ours
     * @param maxConnections how many turns may run at once; none of them ever waits for a connection
     * @param maxEventBytes the most that one event of a stream may hold
     */
    public Orchestrator(Vertx vertx, Config.Upstream config, URI url, int maxConnections, int maxEventBytes) {
        this.vertx = vertx;
        this.config = config;
        this.maxEventBytes = maxEventBytes;
        Endpoint endpoint = Endpoint.of(url);
        this.requests = new Requests(endpoint);
        this.wording = new Wording(endpoint);
        // Twice: each turn may leave behind the connection of the one before, which is being drained.
        this.turns = client((int) Math.min(2L * maxConnections, 1 << 20));
        this.probes = client(PROBE_CONNECTIONS);
    }

    private HttpClient client(int connections) {
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout((int) config.connect().toMillis())
                .setKeepAliveTimeout(KEEP_ALIVE_S)
                // A large chunk in one piece, as far as one read of the socket goes.
                .setMaxChunkSize(64 * 1024)
                .setDecompressionSupported(false);
        return vertx.httpClientBuilder()
                .with(options)
                .with(new PoolOptions().setHttp1MaxSize(connections).setCleanerPeriod(CLEAN_MS))
                // Else Vert.x logs each reset with its stack: a call that it breaks fails, and an idle connection is no
                // loss.
                .withConnectHandler(connection -> connection.exceptionHandler(ignored -> {}))
                .build();
    }

    /** Succeeds when the Orchestrator answers, within 2 s. */
    public Future<Void> alive() {
        return probe(requests::alive, ALIVE_LIMIT)
                .compose(answer ->
                        answer.status() == 200 ? Future.succeededFuture() : Future.failedFuture(refusal(answer)));
    }

    /** How the Orchestrator is called, within 2 s; nothing where it does not say so, or not in words that can be shown. */
    public Future<Optional<Identity>> identity() {
        return probe(requests::identity, IDENTITY_LIMIT).compose(answer -> switch (answer.status()) {
            case 200 -> Future.succeededFuture(Identity.of(object(answer.body())));
            case 404 -> Future.succeededFuture(Optional.empty());
            default -> Future.failedFuture(refusal(answer));
        });
    }

    /** What the Orchestrator says of the call's key, or of its having none; within 5 s. Never fails. */
    public Future<KeyVerdict> validate(Call call) {
        if (!Requests.isSendable(call.key())) {
            return Future.succeededFuture(new KeyVerdict.Bad());
        }
        return probe(() -> requests.validate(call), VALIDATE_LIMIT)
                .map(Orchestrator::verdict)
                .otherwise(failure -> new KeyVerdict.Away());
    }

    private static KeyVerdict verdict(Exchange.Answer answer) {
        return switch (answer.status()) {
            case 200 -> verdict(object(answer.body()));
            case 401, 403 -> new KeyVerdict.Bad();
            case 404 -> new KeyVerdict.Unknown();
            default -> new KeyVerdict.Away();
        };
    }

    private static KeyVerdict verdict(JsonObject said) {
        Object valid = said.getValue("valid");
        if (Boolean.TRUE.equals(valid)) {
            return new KeyVerdict.Good(said.getValue("name") instanceof String name ? name : "");
        }
        return Boolean.FALSE.equals(valid) ? new KeyVerdict.Bad() : new KeyVerdict.Away();
    }

    /** Makes an agent and answers its id. */
    public Future<String> createAgent(Call call) {
        if (!Requests.isSendable(call.key())) {
            return Future.failedFuture(unsendable());
        }
        Duration limit = config.connect().plus(config.header());
        RequestOptions request = patient(requests.createAgent(call));
        return Exchange.run(vertx, turns, request, Requests.agent(config), config.header(), limit)
                .compose(answer -> switch (answer.status()) {
                    case 200, 201 -> agentId(object(answer.body()));
                    default -> Future.failedFuture(refusal(answer));
                });
    }

    private static Future<String> agentId(JsonObject agent) {
        boolean usable = agent.getValue("id") instanceof String id && !id.isBlank() && id.length() <= MAX_ID_CHARS;
        return usable
                ? Future.succeededFuture(agent.getString("id"))
                : Future.failedFuture(new UpstreamFailure.NotAStream());
    }

    /**
     * Runs a turn.
     *
     * @param conversation oldest first; ends with the message to be answered
     * @param heard called with each {@code Text} and {@code Aside}, in order, until the stream has ended
     */
    public UpstreamStream stream(
            Call call,
            String agentId,
            List<ChatMessage> conversation,
            String sessionId,
            Consumer<UpstreamEvent> heard) {
        UpstreamStream stream = new UpstreamStream(vertx, config, maxEventBytes, wording, heard);
        if (Requests.isSendable(call.key())) {
            Buffer body = Requests.task(agentId, conversation, sessionId);
            stream.follow(stream.dispatch().send(turns, patient(requests.stream(call)), body, config.header()));
        } else {
            stream.follow(Future.failedFuture(unsendable()));
        }
        return stream;
    }

    /** Closes all connections: what is running ends as {@code Truncated}. */
    public Future<Void> close() {
        return Future.join(turns.close(), probes.close()).mapEmpty();
    }

    /** A GET, once more if its connection broke: a pooled one may have been dead, and asking again changes nothing. */
    private Future<Exchange.Answer> probe(Supplier<RequestOptions> request, Duration limit) {
        long begun = System.nanoTime();
        return run(request.get(), limit).recover(failure -> {
            Duration left = limit.minusNanos(System.nanoTime() - begun);
            return failure instanceof UpstreamFailure.Truncated && left.toMillis() > 0
                    ? run(request.get(), left)
                    : Future.failedFuture(failure);
        });
    }

    private Future<Exchange.Answer> run(RequestOptions probe, Duration limit) {
        return Exchange.run(vertx, probes, patient(probe), null, limit, limit);
    }

    /** The client's own connect timeout is for TCP alone; this one takes in the name's resolution and TLS. */
    private RequestOptions patient(RequestOptions request) {
        return request.setConnectTimeout(config.connect().toMillis());
    }

    private UpstreamFailure refusal(Exchange.Answer answer) {
        return Refusal.of(answer.response(), answer.body(), wording);
    }

    /** A key that no header can carry is no key of theirs: what they would say is known without asking. */
    private static UpstreamFailure unsendable() {
        return new UpstreamFailure.Refused(401, null, null);
    }

    private static JsonObject object(@Nullable Buffer body) {
        try {
            return body == null ? new JsonObject() : new JsonObject(body);
        } catch (DecodeException | ClassCastException notAnObject) {
            return new JsonObject();
        }
    }
}
