package nova.chat.orchestrator;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/** A small body, read whole. */
final class Body {
    /** Every body that is read whole is a few lines of JSON, unless something is wrong. */
    private static final int MAX_BYTES = 64 * 1024;

    /** The header was there: the rest of a few lines is on its way, or will never be. */
    private static final long MAX_MS = 5_000;

    private Body() {}

    /** The whole body; or {@link UpstreamFailure}: {@code TooLarge}, {@code Silent}, or {@code Truncated}. */
    static Future<Buffer> read(Vertx vertx, HttpClientResponse response) {
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        long timer = vertx.setTimer(MAX_MS, id -> whole.tryFail(new UpstreamFailure.Silent()));
        response.handler(part -> {
            if (part.length() > MAX_BYTES - body.length()) {
                whole.tryFail(new UpstreamFailure.TooLarge());
            } else {
                body.appendBuffer(part);
            }
        });
        response.exceptionHandler(broken -> whole.tryFail(new UpstreamFailure.Truncated()));
        response.endHandler(ended -> whole.tryComplete(body));
        return whole.future().onComplete(done -> vertx.cancelTimer(timer));
    }
}
