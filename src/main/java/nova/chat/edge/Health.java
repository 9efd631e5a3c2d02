package nova.chat.edge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import nova.chat.orchestrator.Orchestrator;
import nova.chat.store.Store;
import org.jspecify.annotations.Nullable;

/**
 * Whether we live, and whether we can work. Readiness answers within {@link #PROBE_MS} and a little, whatever hangs
 * behind us; probes that come together share one look, so that many of them cost no more than one.
 */
final class Health {
    /** Orchestrators of containers give a probe 3 s at the least; ours must have answered by then. */
    private static final long PROBE_MS = 2_000;

    private final Vertx vertx;
    private final Orchestrator orchestrator;
    private final Store store;
    private final Connections connections;
    private final Replies replies;
    private @Nullable Future<JsonObject> looking;

    Health(Vertx vertx, Orchestrator orchestrator, Store store, Connections connections, Replies replies) {
        this.vertx = vertx;
        this.orchestrator = orchestrator;
        this.store = store;
        this.connections = connections;
        this.replies = replies;
    }

    void live(HttpServerRequest request) {
        replies.json(request, 200, new JsonObject().put("status", "alive"));
    }

    /** 200 also when degraded, as the original's was; {@code ?strict=1} answers 503 then, for load balancers. */
    void ready(HttpServerRequest request) {
        boolean strict = "1".equals(request.getParam("strict")) || "true".equals(request.getParam("strict"));
        look().onSuccess(found -> {
            boolean ready = "ready".equals(found.getString("status"));
            replies.json(request, strict && !ready ? 503 : 200, found);
        });
    }

    /** What readiness answers; the look that is under way, if there is one. */
    Future<JsonObject> look() {
        if (looking != null) {
            return looking;
        }
        Future<String> upstream = check(orchestrator.alive());
        Future<String> stored = check(store.probe());
        Future<JsonObject> look = Future.join(upstream, stored).map(both -> report(upstream.result(), stored.result()));
        looking = look;
        return look.onComplete(seen -> looking = null); // set before, for a look may be over at once
    }

    private JsonObject report(String upstream, String stored) {
        boolean draining = connections.isDraining();
        boolean ready = upstream.equals("ok") && stored.equals("ok") && !draining;
        return new JsonObject()
                .put("status", ready ? "ready" : "degraded")
                .put("checks", new JsonObject().put("orchestrator", upstream).put("store", stored))
                .put("store", store.kind())
                .put("draining", draining);
    }

    /** In words that name no address: {@code ok}, {@code timeout} or {@code unavailable}. */
    private Future<String> check(Future<Void> probe) {
        Promise<String> checked = Promise.promise();
        // Not Future.timeout: of a future that has no context it fires on a thread of Netty's, not on our event loop.
        long patience = vertx.setTimer(PROBE_MS, id -> checked.tryComplete("timeout"));
        probe.onComplete(done -> {
            vertx.cancelTimer(patience);
            checked.tryComplete(done.succeeded() ? "ok" : "unavailable");
        });
        return checked.future();
    }
}
