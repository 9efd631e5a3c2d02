package nova.chat.orchestrator;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One small request and its whole answer, within one limit of time. */
final class Exchange {

    /**
     * What came back.
     *
     * @param body null when it was too large, too slow, or broke off: then the status is all there is
     */
    record Answer(HttpClientResponse response, @Nullable Buffer body) {
        int status() {
            return response.statusCode();
        }
    }

    private Exchange() {}

    /**
     * Fails with an {@link UpstreamFailure} when there is not even a status.
     *
     * @param header how long the response header may take, once there is a connection
     * @param limit of the whole
     */
    static Future<Answer> run(
            Vertx vertx,
            HttpClient client,
            RequestOptions options,
            @Nullable Buffer body,
            Duration header,
            Duration limit) {
        Dispatch dispatch = new Dispatch(vertx);
        long timer = vertx.setTimer(Math.max(1, limit.toMillis()), id -> dispatch.expire());
        return dispatch.send(client, options, body == null ? Buffer.buffer() : body, header)
                .compose(response -> answer(vertx, dispatch, response))
                .onComplete(done -> vertx.cancelTimer(timer));
    }

    private static Future<Answer> answer(Vertx vertx, Dispatch dispatch, HttpClientResponse response) {
        return Body.read(vertx, response)
                .map(body -> new Answer(response, body))
                .otherwise(failure -> {
                    dispatch.abort();
                    return new Answer(response, null);
                });
    }
}
