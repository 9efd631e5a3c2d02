package nova.chat.standin;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Reads a request's body, up to a bound: Vert.x's own {@code body()} knows none. */
final class Body {
    /** Room for the longest conversation that a bridge sends, several times over. */
    static final int MAX_BYTES = 64 * 1024 * 1024;

    private Body() {}

    /** Fails with {@link TooLarge}, or when the client has gone. What exceeds the bound is read and dropped. */
    static Future<Buffer> read(HttpServerRequest request, int maxBytes) {
        Promise<Buffer> read = Promise.promise();
        if (announced(request) > maxBytes) {
            return Future.failedFuture(new TooLarge());
        }
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (read.future().isComplete()) {
                return;
            }
            if (body.length() + part.length() > maxBytes) {
                read.fail(new TooLarge());
            } else {
                body.appendBuffer(part);
            }
        });
        request.exceptionHandler(gone -> read.tryFail(gone));
        request.endHandler(end -> read.tryComplete(body));
        return read.future();
    }

    private static long announced(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }

    static final class TooLarge extends Exception {
        private static final long serialVersionUID = 1L;

        private TooLarge() {
            super("body over the size limit", null, false, false);
        }
    }
}
