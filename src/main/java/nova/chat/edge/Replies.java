package nova.chat.edge;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How every HTTP answer of ours leaves: its security headers, CORS, and JSON for whatever is not a page. */
final class Replies {
    /** As RFC 9110 section 5.6.7 has it; Java's own RFC 1123 format writes days below ten with one digit. */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Origins origins;

    Replies(Origins origins) {
        this.origins = origins;
    }

    /** Headers that belong to every answer, of whatever status. */
    static HttpServerResponse secured(HttpServerRequest request) {
        return request.response()
                .putHeader("Date", DATE.format(Instant.now()))
                .putHeader("X-Content-Type-Options", "nosniff");
    }

    /** Headers of what a browser may show by itself, or within a page of somebody else. */
    static HttpServerResponse unframed(HttpServerResponse response) {
        return response.putHeader("Referrer-Policy", "no-referrer").putHeader("X-Frame-Options", "DENY");
    }

    /** Those of every answer, and what lets the pages read it that may connect. */
    HttpServerResponse readable(HttpServerRequest request) {
        HttpServerResponse response = secured(request).putHeader("Vary", "Origin");
        String origin = request.getHeader("Origin");
        if (origin != null && origins.allow(request.headers())) {
            // With credentials the Fetch standard forbids a literal *, so the origin is said back.
            response.putHeader("Access-Control-Allow-Origin", origin)
                    .putHeader("Access-Control-Allow-Credentials", "true");
        }
        return response;
    }

    private HttpServerResponse prepare(HttpServerRequest request) {
        return unframed(readable(request));
    }

    void json(HttpServerRequest request, int status, JsonObject body) {
        HttpServerResponse response = prepare(request)
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store");
        end(request, response, body.toBuffer());
    }

    /** An error, in the form that the Orchestrator and FastAPI use: {@code {"detail":"…"}}. */
    void error(HttpServerRequest request, int status, String detail) {
        json(request, status, new JsonObject().put("detail", detail));
    }

    void nothing(HttpServerRequest request) {
        ignore(prepare(request).setStatusCode(204).end());
    }

    void notFound(HttpServerRequest request) {
        error(request, 404, "There is nothing here. The chat page is at /, the WebSocket at /ws/chat.");
    }

    void methodNotAllowed(HttpServerRequest request) {
        request.response().putHeader("Allow", "GET, HEAD, OPTIONS");
        error(request, 405, "This method is not allowed here. Use GET.");
    }

    void upgradeRequired(HttpServerRequest request) {
        request.response().putHeader("Upgrade", "websocket").putHeader("Sec-WebSocket-Version", "13");
        error(request, 426, "Connect here with a WebSocket, version 13, over HTTP/1.1.");
    }

    /** The answer to a browser that asks whether it may ask. */
    void preflight(HttpServerRequest request) {
        HttpServerResponse response = prepare(request)
                .setStatusCode(204)
                .putHeader("Allow", "GET, HEAD, OPTIONS")
                .putHeader("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
                .putHeader("Access-Control-Max-Age", "600");
        String wanted = request.getHeader("Access-Control-Request-Headers");
        if (wanted != null) {
            response.putHeader("Access-Control-Allow-Headers", wanted);
        }
        ignore(response.end());
    }

    /** Ends an answer; one to HEAD has the length of the body, but not the body. */
    static void end(HttpServerRequest request, HttpServerResponse response, Buffer body) {
        response.putHeader("Content-Length", Integer.toString(body.length()));
        ignore(request.method().equals(HttpMethod.HEAD) ? response.end() : response.end(body));
    }

    /** A failed write of an answer means that the client has gone: there is nobody to tell. */
    private static void ignore(Future<Void> written) {
        written.onFailure(e -> {});
    }
}
