package nova.chat.edge;

import io.vertx.core.http.HttpServerRequest;
import java.util.UUID;
import java.util.stream.Stream;
import nova.chat.edge.Authenticator.Caller;
import nova.chat.orchestrator.Trace;
import nova.chat.protocol.Dialect;
import org.jspecify.annotations.Nullable;

/**
 * What a connection brought when it came.
 *
 * @param connection names it in the log
 * @param session the {@code session_id} that was asked for, not checked; null when none was
 * @param traceparent the W3C header, not checked; null when there was none
 */
record Guest(
        String connection,
        Caller caller,
        Dialect dialect,
        @Nullable String session,
        @Nullable String traceparent) {
    /** The subprotocol that asks for v2; {@code ?v=2} does too. */
    static final String V2 = "nova.chat.v2";

    static Guest of(HttpServerRequest request, String address) {
        return new Guest(
                UUID.randomUUID().toString(),
                new Caller(ApiKey.of(request), address),
                dialect(request),
                request.getParam("session_id"),
                request.getHeader("traceparent"));
    }

    private static Dialect dialect(HttpServerRequest request) {
        String offered = request.getHeader("Sec-WebSocket-Protocol");
        boolean asked = offered != null
                && Stream.of(offered.split(",")).map(String::strip).anyMatch(V2::equals);
        return asked || "2".equals(request.getParam("v")) ? Dialect.V2 : Dialect.SEED;
    }

    /** The caller's trace, or for each turn a new one. */
    Trace trace() {
        return Trace.of(traceparent);
    }
}
