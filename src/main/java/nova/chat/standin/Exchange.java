package nova.chat.standin;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Iterator;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;

/**
 * One request while its script is played. Lives on the server's event loop. Steps run one at a time, so there is at most
 * one timer; when the client goes it is stopped, and futures of the step that ran then never complete: nothing goes on.
 */
final class Exchange {
    /** Flat out, this much is joined to one write and then the loop turns: a fast reader must not keep it to itself. */
    private static final int BURST_BYTES = 16 * 1024;

    private static final long NONE = -1;

    private final Vertx vertx;
    private final Context context;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Runnable onOver;
    private long timer = NONE;
    private boolean over;
    private boolean raw;

    /** {@code onOver} runs once, however it ends. */
    Exchange(Vertx vertx, HttpServerRequest request, Runnable onOver) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.request = request;
        this.response = request.response();
        this.onOver = onOver;
    }

    void play(Script script) {
        response.setStatusCode(script.status);
        script.headers.forEach((name, value) -> response.putHeader(name, value));
        response.closeHandler(gone -> over());
        response.exceptionHandler(gone -> over());
        play(script.steps.iterator());
    }

    private void play(Iterator<Script.Step> steps) {
        while (!over && steps.hasNext()) {
            Future<Void> step = steps.next().play(this);
            if (!step.isComplete()) {
                step.onComplete(next -> play(steps));
                return;
            }
        }
        finish();
    }

    private void finish() {
        if (over) {
            return;
        }
        if (raw) {
            // Vert.x believes this response not begun, so no other can follow on the connection.
            request.connection().close();
        } else {
            response.end();
        }
        over();
    }

    private void over() {
        if (!over) {
            over = true;
            vertx.cancelTimer(timer);
            onOver.run();
        }
    }

    Future<Void> head() {
        response.writeHead();
        return Future.succeededFuture();
    }

    /** Completes when there is room for more. A write that fails has lost its connection, which the close handler hears. */
    Future<Void> write(Buffer bytes) {
        if (!response.headWritten()) {
            response.setChunked(true);
        }
        response.write(bytes);
        if (!response.writeQueueFull()) {
            return Future.succeededFuture();
        }
        Promise<Void> drained = Promise.promise();
        response.drainHandler(room -> drained.tryComplete());
        return drained.future();
    }

    Future<Void> end(Buffer body) {
        response.end(body);
        over();
        return Future.succeededFuture();
    }

    Future<Void> pause(long ms) {
        Promise<Void> passed = Promise.promise();
        if (ms <= 0) {
            context.runOnContext(turned -> passed.complete());
        } else {
            timer = vertx.setTimer(ms, rung -> passed.complete());
        }
        return passed.future();
    }

    Future<Void> await(Script.Gate gate) {
        return Future.fromCompletionStage(gate.pass(), context);
    }

    Future<Void> await(Script.Gate gate, long everyMs, Buffer meanwhile) {
        if (!response.headWritten()) {
            response.setChunked(true);
        }
        long beat = vertx.setPeriodic(everyMs, rung -> response.write(meanwhile)); // so few need not wait for room
        timer = beat;
        return await(gate).onComplete(open -> vertx.cancelTimer(beat));
    }

    /** Pieces 0 to {@code times - 1}, each followed by its own delay; those without one are joined. */
    Future<Void> series(long times, LongFunction<Buffer> piece, LongUnaryOperator delayMs) {
        Promise<Void> done = Promise.promise();
        series(0, times, piece, delayMs, done);
        return done.future();
    }

    private void series(
            long from, long times, LongFunction<Buffer> piece, LongUnaryOperator delayMs, Promise<Void> done) {
        if (over) {
            return;
        }
        Buffer joined = Buffer.buffer();
        long next = from;
        long delay = 0;
        while (next < times && delay == 0 && joined.length() < BURST_BYTES) {
            joined.appendBuffer(piece.apply(next));
            delay = delayMs.applyAsLong(next++);
        }
        if (next == from) {
            done.complete();
            return;
        }
        long rest = next;
        long wait = delay;
        write(joined).compose(room -> pause(wait)).onSuccess(on -> series(rest, times, piece, delayMs, done));
    }

    Future<Void> hang() {
        return Promise.<Void>promise().future();
    }

    Future<Void> close() {
        request.connection().close();
        over();
        return Future.succeededFuture();
    }

    Future<Void> reset() {
        Channel channel = channel();
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        over();
        return completed(channel.close());
    }

    Future<Void> raw(Buffer bytes) {
        raw = true;
        // The first handler's context writes straight to the socket: the HTTP encoder stands behind it.
        return completed(channel().pipeline().firstContext().writeAndFlush(Unpooled.wrappedBuffer(bytes.getBytes())));
    }

    /** Whether or not it succeeded: the close handler hears of a lost connection. */
    private static Future<Void> completed(ChannelFuture operation) {
        Promise<Void> completed = Promise.promise();
        operation.addListener(either -> completed.complete());
        return completed.future();
    }

    /** Vert.x has no public way beneath HTTP/1; only scripted faults go here, never an ordinary answer. */
    private Channel channel() {
        return ((ConnectionBase) request.connection()).channel();
    }
}
