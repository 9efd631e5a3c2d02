package nova.chat.orchestrator;

import io.netty.handler.codec.PrematureChannelClosureException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: from before there is a connection to the end of its response. It knows how far it has come, so it
 * can say what a failure means, and can be broken off at any point.
 */
final class Dispatch {
    private final Vertx vertx;
    private final Promise<HttpClientResponse> answered = Promise.promise();
    /** The request while it is on a connection; gone once the response has ended and the connection is another's. */
    private @Nullable HttpClientRequest request;

    private boolean sent;
    private boolean over;
    private long timer = -1;

    Dispatch(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Sends the request.
     *
     * @param header how long the response header may take, once there is a connection
     * @return the response as soon as its header is there, or an {@link UpstreamFailure}
     */
    Future<HttpClientResponse> send(HttpClient client, RequestOptions options, Buffer body, Duration header) {
        Future<HttpClientRequest> connecting;
        try {
            connecting = client.request(options);
        } catch (IllegalStateException closed) {
            connecting = Future.failedFuture(closed);
        }
        connecting.onComplete(connected -> write(connected, body, header), this::unreachable);
        return answered.future();
    }

    private void write(HttpClientRequest connected, Buffer body, Duration header) {
        // Without a handler Vert.x logs each failure of a request; ours are the future's.
        connected.exceptionHandler(ignored -> {});
        if (over) {
            // Nothing has been written yet: the connection is given back unused.
            connected.reset().onFailure(ignored -> {});
            return;
        }
        request = connected;
        sent = true;
        timer = vertx.setTimer(header.toMillis(), id -> expire());
        connected.send(body).onComplete(this::begun, this::broken);
    }

    private void begun(HttpClientResponse response) {
        vertx.cancelTimer(timer);
        response.end().onComplete(ended -> request = null);
        // Else Vert.x logs a response that breaks while nobody reads it.
        response.exceptionHandler(ignored -> {});
        over = true;
        answered.tryComplete(response);
    }

    private void unreachable(Throwable cause) {
        // Only the kind: the message names our addresses.
        conclude(new UpstreamFailure.Unreachable(
                "no connection: " + cause.getClass().getSimpleName()));
    }

    private void broken(Throwable cause) {
        request = null;
        boolean ended = cause instanceof HttpClosedException
                || cause instanceof StreamResetException
                || cause instanceof PrematureChannelClosureException // in the middle of a header
                || cause instanceof IOException;
        // All that is left is what cannot be read as HTTP.
        conclude(ended ? new UpstreamFailure.Truncated() : new UpstreamFailure.NotAStream());
    }

    /** Its time is up. */
    void expire() {
        UpstreamFailure failure = sent ? new UpstreamFailure.Silent() : new UpstreamFailure.Unreachable("not in time");
        conclude(failure);
        hangUp();
    }

    /** Breaks it off, at any point: nothing comes of it any more. Harmless when it has ended. */
    void abort() {
        conclude(new UpstreamFailure.Truncated());
        hangUp();
    }

    /** The first conclusion stands. So it comes before hanging up, which tells of itself as a broken connection. */
    private void conclude(UpstreamFailure failure) {
        over = true;
        vertx.cancelTimer(timer);
        answered.tryFail(failure);
    }

    @SuppressWarnings(
            "FutureReturnValueIgnored") // Closed is closed: there is nothing to wait for, and nothing to fail.
    private void hangUp() {
        HttpClientRequest broken = request;
        request = null;
        if (broken != null) {
            broken.reset().onFailure(ignored -> {});
            // Vert.x closes only once all that was written has left: with a peer that does not read, never.
            if (broken.connection() instanceof ConnectionBase connection
                    && connection.channel().isOpen()) {
                connection.channel().pipeline().firstContext().close();
            }
        }
    }
}
