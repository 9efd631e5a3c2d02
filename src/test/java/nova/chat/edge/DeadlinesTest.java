package nova.chat.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import nova.chat.config.Config;
import nova.chat.config.Environment;
import nova.chat.edge.Authenticator.Caller;
import nova.chat.orchestrator.Orchestrator;
import nova.chat.protocol.Dialect;
import nova.chat.session.Budget;
import nova.chat.session.Sessions;
import nova.chat.store.Store;
import nova.chat.testing.Patience;
import nova.chat.testing.RawSocket;
import nova.chat.testing.RedisServer;
import nova.chat.testing.Service;
import nova.chat.turn.Turns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is waited for in vain is given up on the event loop, as all else here happens: no field has a lock. */
class DeadlinesTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private RedisServer redis;
    private Orchestrator orchestrator;
    private Store store;
    private Connections connections;

    @BeforeEach
    void start() {
        redis = RedisServer.started();
        Config config = Environment.read(Map.of("REDIS_URL", redis.url()));
        orchestrator = onLoop(() -> Future.succeededFuture(
                new Orchestrator(vertx, config.upstream(), URI.create("http://127.0.0.1:1"), 10, 65_536)));
        store = onLoop(() -> Future.succeededFuture(Store.open(vertx, config.storage(), config.turns())));
        connections = onLoop(() -> Future.succeededFuture(connections(config)));
    }

    private Connections connections(Config config) {
        Budget waiting = Budget.ofThisProcess(10);
        Turns turns = new Turns(vertx, config.turns(), store, orchestrator, call -> {});
        return new Connections(
                vertx,
                config,
                new Sessions(loop, turns, waiting, Optional.empty()),
                new Authenticator(orchestrator, config.keys()),
                waiting,
                new Identities(vertx, orchestrator::identity, System::nanoTime));
    }

    @AfterEach
    void stop() {
        Service.await(vertx.close());
        redis.close();
    }

    @Test
    void a_client_that_answers_no_close_frame_is_given_up_on_the_event_loop() {
        Guest guest = new Guest("c", new Caller(null, "10.0.0.1"), Dialect.V2, null, null);
        AtomicBoolean isIn = new AtomicBoolean();
        HttpServer server = onLoop(() -> vertx.createHttpServer()
                .webSocketHandler(socket -> {
                    connections.add(socket, guest);
                    isIn.set(true);
                })
                .listen(0, "127.0.0.1"));
        RawSocket silent = RawSocket.webSocket(server.actualPort());
        Patience.await("it is in", isIn::get);
        assertThat(onLoop(() -> whereItEnds(connections.close(Duration.ofMillis(100)))))
                .hasValue(loop);
        silent.close();
    }

    @Test
    void a_redis_that_hangs_is_reported_on_the_event_loop() {
        Health health = new Health(vertx, orchestrator, store, connections, new Replies(new Origins(List.of())));
        assertThat(store(onLoop(health::look))).isEqualTo("ok");
        redis.pause();
        List<JsonObject> found = new ArrayList<>();
        assertThat(onLoop(() -> whereItEnds(health.look().onSuccess(found::add))))
                .hasValue(loop);
        assertThat(store(found.get(0))).isEqualTo("timeout");
        redis.resume();
    }

    private static String store(JsonObject found) {
        return found.getJsonObject("checks").getString("store");
    }

    /** The context that a future is completed on; empty where that is none. */
    private static Future<Optional<Context>> whereItEnds(Future<?> future) {
        return future.transform(done -> Future.succeededFuture(Optional.ofNullable(Vertx.currentContext())));
    }

    @CanIgnoreReturnValue
    private <T> T onLoop(Supplier<Future<T>> call) {
        Promise<T> answer = Promise.promise();
        loop.runOnContext(now -> call.get().onComplete(answer));
        return Service.await(answer.future());
    }
}
