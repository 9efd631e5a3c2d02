package nova.chat.edge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import nova.chat.config.Config;
import nova.chat.edge.Authenticator.Caller;
import nova.chat.protocol.CloseCode;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.SeedFrames;
import nova.chat.session.Budget;
import nova.chat.session.Sessions;
import org.jspecify.annotations.Nullable;

/** All connections of this process: their places, what they share, one timer for all their deadlines, and their end. */
final class Connections {
    private final Vertx vertx;
    private final Config.Edge limits;
    private final Config.Keys keys;
    private final Sessions sessions;
    private final Authenticator authenticator;
    private final Budget waiting;
    private final Identities identities;
    private final WrongKeys wrongKeys = new WrongKeys();
    private final Places places;
    private final Set<Connection> open = new HashSet<>();
    private final long timer;
    private boolean draining;
    private @Nullable Promise<Void> empty;

    Connections(
            Vertx vertx,
            Config config,
            Sessions sessions,
            Authenticator authenticator,
            Budget waiting,
            Identities identities) {
        this.vertx = vertx;
        this.limits = config.edge();
        this.keys = config.keys();
        this.sessions = sessions;
        this.authenticator = authenticator;
        this.waiting = waiting;
        this.identities = identities;
        this.places = new Places(limits.maxConnections(), limits.maxConnectionsPerAddress());
        this.timer = vertx.setPeriodic(tickMs(config), tick -> tick());
    }

    Config.Edge limits() {
        return limits;
    }

    Config.Keys keys() {
        return keys;
    }

    Sessions sessions() {
        return sessions;
    }

    Budget waiting() {
        return waiting;
    }

    Identities identities() {
        return identities;
    }

    boolean isDraining() {
        return draining;
    }

    Admission admission(Connection connection, Caller caller) {
        return new Admission(authenticator, wrongKeys, keys, connection, caller);
    }

    /** Takes in a socket that was just upgraded; refuses it by a close code, which browsers can see. */
    void add(ServerWebSocket socket, Guest guest) {
        if (draining) {
            turnAway(socket, ErrorCode.DRAINING, "The service is restarting. Connect again.", CloseCode.RESTART);
        } else if (!places.take(guest.caller().address())) {
            turnAway(
                    socket,
                    ErrorCode.RATE_LIMITED,
                    "There are too many connections, in all or from your address. Connect again later.",
                    CloseCode.CONNECTION_LIMIT);
        } else {
            Connection connection = new Connection(socket, guest, this);
            open.add(connection);
            connection.open();
        }
    }

    void left(Connection connection) {
        if (open.remove(connection)) {
            places.giveBack(connection.guest().caller().address());
        }
        if (empty != null && open.isEmpty()) {
            empty.tryComplete();
        }
    }

    /** Takes nobody in any more; whoever has nothing running is sent away at once. */
    void drain() {
        draining = true;
        List.copyOf(open).forEach(Connection::drain);
    }

    /**
     * Sends everybody away, those who read slowly once they have read; succeeds when all are gone, or when {@code limit}
     * has passed.
     */
    Future<Void> close(Duration limit) {
        vertx.cancelTimer(timer);
        Promise<Void> gone = Promise.promise();
        empty = gone;
        List.copyOf(open).forEach(Connection::leave);
        if (open.isEmpty()) {
            gone.tryComplete();
        }
        // Not Future.timeout: of a future that has no context it fires on a thread of Netty's, not on our event loop.
        long patience = vertx.setTimer(limit.toMillis(), id -> gone.tryComplete());
        return gone.future().onComplete(v -> {
            vertx.cancelTimer(patience);
            List.copyOf(open).forEach(connection -> connection.close(CloseCode.RESTART));
        });
    }

    private static void turnAway(ServerWebSocket socket, ErrorCode code, String content, CloseCode close) {
        // Failures mean that it is gone already, which is what is wanted.
        socket.writeTextMessage(SeedFrames.error(null, code, content)).onFailure(e -> {});
        socket.close(close.number(), close.reason()).onFailure(e -> {});
    }

    private void tick() {
        long now = System.nanoTime();
        List.copyOf(open).forEach(connection -> connection.tick(now));
    }

    /** Often enough for the shortest deadline, at most once a second. */
    private static long tickMs(Config config) {
        long shortest = Stream.of(
                        config.edge().ping(),
                        config.edge().pong(),
                        config.edge().slow(),
                        config.keys().deadline())
                .mapToLong(Duration::toMillis)
                .min()
                .orElseThrow();
        return Math.max(20, Math.min(1_000, shortest / 4));
    }
}
