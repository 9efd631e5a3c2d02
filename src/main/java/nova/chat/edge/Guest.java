package nova.chat.edge;

import io.vertx.core.http.HttpServerRequest;
import java.util.UUID;
import nova.chat.edge.Authenticator.Caller;
import nova.chat.orchestrator.Trace;
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
        @Nullable String session,
        @Nullable String traceparent) {
    static Guest of(HttpServerRequest request, String address) {
        return new Guest(
                UUID.randomUUID().toString(),
                new Caller(ApiKey.of(request), address),
                request.getParam("session_id"),
                request.getHeader("traceparent"));
    }

    /** The caller's trace, or for each turn a new one. */
    Trace trace() {
        return Trace.of(traceparent);
    }
}
