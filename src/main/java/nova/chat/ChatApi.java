package nova.chat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import nova.chat.config.Config;
import nova.chat.edge.Edge;
import nova.chat.orchestrator.Call;
import nova.chat.orchestrator.Orchestrator;
import nova.chat.session.Budget;
import nova.chat.session.Sessions;
import nova.chat.standin.StandIn;
import nova.chat.store.Store;
import nova.chat.turn.Turns;
import org.jspecify.annotations.Nullable;

/**
 * The house: names every part once, in order. All of it lives on one event loop, so that every field has one owner and
 * nothing needs a lock; whoever has more cores starts more processes.
 */
public final class ChatApi {
    /** How long clients have to answer our close frame before the process ends without them. */
    private static final Duration GOODBYE = Duration.ofMillis(1_500);

    private final Context loop;
    private final Config config;
    private final Store store;
    private final Orchestrator orchestrator;
    private final Sessions sessions;
    private final Edge edge;
    private final Optional<StandIn> standIn;
    private @Nullable Future<Void> ending;
    private int port;

    private ChatApi(Vertx vertx, Context loop, Config config, Optional<StandIn> standIn) {
        this.loop = loop;
        this.config = config;
        this.standIn = standIn;
        URI upstream = standIn.map(StandIn::url).or(config.upstream()::url).orElseThrow();
        store = Store.open(vertx, config.storage(), config.turns());
        orchestrator = new Orchestrator(
                vertx,
                config.upstream(),
                upstream,
                config.edge().maxConnections(),
                config.turns().maxBytes());
        Budget waiting = Budget.ofThisProcess(config.edge().maxConnections());
        Turns turns = new Turns(vertx, config.turns(), store, orchestrator, this::doubt);
        sessions = new Sessions(loop, turns, waiting, config.storage().sessionSecret());
        edge = new Edge(vertx, config, sessions, orchestrator, store, waiting);
    }

    /** Starts the service. Fails only if it cannot listen: a store or an Orchestrator that is away may come. */
    public static Future<ChatApi> start(Vertx vertx, Config config) {
        Context loop = vertx.getOrCreateContext();
        Promise<ChatApi> started = Promise.promise();
        loop.runOnContext(v -> standIn(vertx, config)
                .map(builtIn -> new ChatApi(vertx, loop, config, builtIn))
                .compose(ChatApi::listen)
                .onComplete(started));
        return started.future();
    }

    public int port() {
        return port;
    }

    /** {@code memory} or {@code redis}. */
    public String storeKind() {
        return store.kind();
    }

    /**
     * Stops: refuses new work, lets running turns end up to the configured limit, closes all sockets with 1012. Bounded
     * by that limit and about five seconds. Once is enough; whoever asks again is told of the same end.
     */
    public Future<Void> stop() {
        Promise<Void> stopped = Promise.promise();
        loop.runOnContext(v -> end().onComplete(stopped));
        return stopped.future();
    }

    private Future<Void> end() {
        if (ending == null) {
            edge.drain();
            ending = sessions.drain(config.service().drain())
                    .compose(drained -> nextTurn()) // in which the viewers are told what was the last to happen
                    .compose(told -> edge.close(GOODBYE))
                    .eventually(orchestrator::close)
                    .eventually(store::close)
                    .eventually(() -> standIn.map(StandIn::close).orElseGet(Future::succeededFuture));
        }
        return ending;
    }

    private void doubt(Call call) {
        edge.doubt(call);
    }

    private Future<ChatApi> listen() {
        return edge.listen()
                .map(actual -> {
                    port = actual;
                    return this;
                })
                .recover(failure -> end().transform(ended -> Future.failedFuture(failure)));
    }

    private Future<Void> nextTurn() {
        Promise<Void> next = Promise.promise();
        loop.runOnContext(next::complete);
        return next.future();
    }

    /** The built-in Orchestrator, where no other is set. */
    private static Future<Optional<StandIn>> standIn(Vertx vertx, Config config) {
        String[] keys = config.standIn().keys().toArray(String[]::new);
        return config.upstream().url().isPresent()
                ? Future.succeededFuture(Optional.empty())
                : StandIn.start(vertx, StandIn.Options.local().withKeys(keys)).map(Optional::of);
    }
}
