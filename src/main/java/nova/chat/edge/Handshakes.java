package nova.chat.edge;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Connections that owe us a request: the first, or the next on one kept alive. Whoever sends a header byte by byte is
 * never idle, so an idle timeout does not see it; this gives every header a deadline.
 */
final class Handshakes {
    private final Vertx vertx;
    private final long limitNanos;
    private final long timer;
    /** By the time at which the wait began, oldest first. */
    private final Map<HttpConnection, Long> owing = new LinkedHashMap<>();

    Handshakes(Vertx vertx, Duration limit) {
        this.vertx = vertx;
        limitNanos = limit.toNanos();
        timer = vertx.setPeriodic(Math.max(20, Math.min(1_000, limit.toMillis() / 4)), tick -> cutLate());
    }

    /** A connection was opened, or its last request was answered. */
    void expect(HttpConnection connection) {
        owing.remove(connection);
        owing.put(connection, System.nanoTime());
    }

    /** Its request is here, or it is gone. */
    void done(HttpConnection connection) {
        owing.remove(connection);
    }

    /** The server closes: it cuts everybody itself. */
    void close() {
        vertx.cancelTimer(timer);
    }

    private void cutLate() {
        long now = System.nanoTime();
        List<HttpConnection> late = owing.entrySet().stream()
                .takeWhile(entry -> now - entry.getValue() > limitNanos)
                .map(Map.Entry::getKey)
                .toList();
        for (HttpConnection connection : late) {
            owing.remove(connection);
            connection.close().onFailure(e -> {}); // gone already
        }
    }
}
