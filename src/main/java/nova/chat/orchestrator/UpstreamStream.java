package nova.chat.orchestrator;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Locale;
import java.util.function.Consumer;
import nova.chat.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * One turn upstream: a request, and the event stream that answers it. Lives on the event loop that made it.
 *
 * <p>Whoever listens hears {@code Text} and {@code Aside}, in order; heartbeats stay here, as proof of life; the two ends,
 * {@code Done} and {@code Failed}, are told by {@link #ended()}.
 */
public final class UpstreamStream {
    /** After the last event only the end of the body is missing. One that does not come costs the connection. */
    private static final long DRAIN_MS = 1_000;

    private final Vertx vertx;
    private final Dispatch dispatch;
    private final Wording wording;
    private final Consumer<UpstreamEvent> heard;
    private final SseParser parser;
    private final Watchdog watchdog;
    private final Promise<Void> ended = Promise.promise();
    private final Events events = new Events();
    private @Nullable HttpClientResponse response;
    private boolean alive;
    private boolean over;

    UpstreamStream(
            Vertx vertx, Config.Upstream config, int maxEventBytes, Wording wording, Consumer<UpstreamEvent> heard) {
        this.vertx = vertx;
        this.wording = wording;
        this.heard = heard;
        this.dispatch = new Dispatch(vertx);
        this.parser = new SseParser(maxEventBytes, events);
        this.watchdog = new Watchdog(vertx, config.stall(), () -> breakOff(new UpstreamFailure.Stalled()));
    }

    /**
     * Succeeds once the answer is whole; else fails, with an {@link UpstreamFailure}, or with what the listener threw.
     * Nothing is heard after it.
     */
    public Future<Void> ended() {
        return ended.future();
    }

    /**
     * Closes the connection, which stops the generation upstream. Nothing is heard any more, and {@link #ended()} fails
     * with {@code Truncated}, before this returns. Does nothing at or after the end.
     */
    public void cancel() {
        breakOff(new UpstreamFailure.Truncated());
    }

    void follow(Future<HttpClientResponse> answer) {
        answer.onComplete(this::begin, this::breakOff);
    }

    Dispatch dispatch() {
        return dispatch;
    }

    private void begin(HttpClientResponse begun) {
        if (over) {
            return;
        }
        if (begun.statusCode() != 200) {
            refuse(begun);
        } else if (!isEventStream(begun)) {
            breakOff(new UpstreamFailure.NotAStream());
        } else {
            response = begun;
            begun.handler(this::read);
            begun.exceptionHandler(broken -> breakOff(new UpstreamFailure.Truncated()));
            begun.endHandler(early -> breakOff(new UpstreamFailure.Truncated()));
            watchdog.start();
        }
    }

    private void refuse(HttpClientResponse refusal) {
        Body.read(vertx, refusal)
                .onSuccess(body -> breakOff(Refusal.of(refusal, body, wording)))
                .onFailure(unread -> breakOff(Refusal.of(refusal, null, wording)));
    }

    private static boolean isEventStream(HttpClientResponse response) {
        String type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        String encoding = response.getHeader(HttpHeaders.CONTENT_ENCODING);
        return type != null
                && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(Requests.EVENT_STREAM)
                && (encoding == null || encoding.equalsIgnoreCase("identity"));
    }

    private void read(Buffer buffer) {
        // Not Buffer.getBytes(), which would copy each read; Vert.x hands out heap buffers that are nobody else's.
        ByteBuf bytes = ((BufferInternal) buffer).getByteBuf();
        int from = bytes.arrayOffset() + bytes.readerIndex();
        alive = false;
        try {
            parser.feed(bytes.array(), from, from + bytes.readableBytes());
        } catch (RuntimeException bug) {
            // The listener's. A turn must end even then.
            breakOff(bug);
        }
        // Once a read, not once an event: many come in one read, and looking at the clock is not free.
        if (alive) {
            watchdog.feed();
        }
    }

    private void breakOff(Throwable failure) {
        if (close()) {
            dispatch.abort();
            ended.fail(failure);
        }
    }

    /** Ends at upstream's word: what is left of the body is thrown away, so that the connection can be used again. */
    private void finish(@Nullable UpstreamFailure failure) {
        if (!close()) {
            return;
        }
        long timer = vertx.setTimer(DRAIN_MS, id -> dispatch.abort());
        if (response != null) {
            response.endHandler(drained -> vertx.cancelTimer(timer));
            response.exceptionHandler(broken -> vertx.cancelTimer(timer));
        }
        if (failure == null) {
            ended.complete();
        } else {
            ended.fail(failure);
        }
    }

    private boolean close() {
        if (over) {
            return false;
        }
        over = true;
        parser.stop();
        watchdog.stop();
        return true;
    }

    /** Kept inside: what is public of a stream is to follow and to cancel it. Each case answers whether more may come. */
    private final class Events implements SseParser.Listener, UpstreamEvent.Cases<Boolean> {
        @Override
        public void event(byte[] bytes, int from, int to) {
            alive = EventReader.read(bytes, from, to).match(this);
        }

        @Override
        public void comment() {
            alive = true;
        }

        @Override
        public void overflow() {
            breakOff(new UpstreamFailure.TooLarge());
        }

        @Override
        public Boolean text(UpstreamEvent.Text text) {
            heard.accept(text);
            return true;
        }

        @Override
        public Boolean aside(UpstreamEvent.Aside aside) {
            heard.accept(aside);
            return true;
        }

        @Override
        public Boolean heartbeat(UpstreamEvent.Heartbeat heartbeat) {
            return true;
        }

        @Override
        public Boolean failed(UpstreamEvent.Failed failed) {
            finish(new UpstreamFailure.Said(wording.words(failed.words())));
            return false;
        }

        @Override
        public Boolean done(UpstreamEvent.Done done) {
            finish(null);
            return false;
        }
    }
}
