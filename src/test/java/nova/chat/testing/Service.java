package nova.chat.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import nova.chat.ChatApi;
import nova.chat.config.Environment;

/** The whole service, in this process, on a port of its own, configured as an operator would: by environment. */
public final class Service implements Replica {
    private final Vertx vertx = Vertx.vertx();
    private final ChatApi api;

    private Service(Map<String, String> environment) {
        api = await(ChatApi.start(vertx, Environment.read(environment)));
    }

    /**
     * Starts it: in-memory store and any free port unless said otherwise.
     *
     * @param settings names and values in turn
     */
    public static Service start(String... settings) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "SERVICE_HOST", "127.0.0.1", "SERVICE_PORT", "0", "REDIS_URL", "memory", "DRAIN_TIMEOUT", "200ms"));
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        return new Service(environment);
    }

    @Override
    public int port() {
        return api.port();
    }

    /** A seed client of it. */
    public TestClient client(String query, String... headers) {
        return TestClient.connect(port(), query, headers);
    }

    public TestClient client() {
        return client("");
    }

    public Future<Void> stop() {
        return api.stop();
    }

    @Override
    public void close() {
        await(api.stop());
        await(vertx.close());
    }

    /** Waits, from a test's thread, for what happens on an event loop. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
