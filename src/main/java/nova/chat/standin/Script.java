package nova.chat.standin;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;

/**
 * What is answered to one request: a head, then steps, one after the other. Immutable; each method returns a longer one.
 * After its last step an answer ends as it should, unless that step was {@link #hang}, {@link #close} or {@link #reset}.
 * The stand-in's own answers are scripts too: a scripted fault goes the way of an ordinary answer.
 */
public final class Script {
    /** For {@link #repeat}: until the client has gone. */
    public static final long FOR_EVER = Long.MAX_VALUE;

    final int status;
    final Map<String, String> headers;
    final List<Step> steps;

    private Script(int status, Map<String, String> headers, List<Step> steps) {
        this.status = status;
        this.headers = headers;
        this.steps = steps;
    }

    /** Completes when the next step's turn has come. */
    interface Step {
        Future<Void> play(Exchange exchange);
    }

    /** A script that says nothing, not even a status: to be hung, reset, or filled with {@link #raw}. */
    public static Script mute() {
        return new Script(200, Map.of(), List.of());
    }

    /** A 200 whose head is sent at once, as an event stream's is; events follow. */
    public static Script stream() {
        return mute().header("content-type", "text/event-stream; charset=utf-8")
                .header("cache-control", "no-cache")
                .then(Exchange::head);
    }

    /** A whole answer of a known length. */
    public static Script answer(int status, String contentType, String body) {
        return new Script(status, Map.of(), List.of())
                .header("content-type", contentType)
                .then(exchange -> exchange.end(Buffer.buffer(body)));
    }

    /** A whole JSON answer. */
    public static Script json(int status, JsonObject body) {
        return answer(status, "application/json", body.encode());
    }

    /** A refusal in FastAPI's words. */
    public static Script refusal(int status, String detail) {
        return json(status, new JsonObject().put("detail", detail));
    }

    /** Sets a header, which also replaces the one that was there. */
    public Script header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Script(status, Map.copyOf(more), steps);
    }

    /** Writes one chunk of the body; it is a TCP segment of its own when a pause follows that is long enough. */
    public Script write(Buffer bytes) {
        return then(exchange -> exchange.write(bytes));
    }

    public Script write(String text) {
        return write(Buffer.buffer(text));
    }

    /** Writes the bytes in slices that end at the given offsets and at their end, with a pause after each. */
    public Script cut(Buffer bytes, Duration between, int... at) {
        Script script = this;
        int from = 0;
        for (int to : at) {
            script = script.write(bytes.getBuffer(from, to)).pause(between);
            from = to;
        }
        return script.write(bytes.getBuffer(from, bytes.length()));
    }

    /** Writes bytes beneath HTTP: the status line and any framing are the script's business. */
    public Script raw(Buffer bytes) {
        return then(exchange -> exchange.raw(bytes));
    }

    public Script raw(String text) {
        return raw(Buffer.buffer(text));
    }

    /** Writes one event whose {@code data:} is the given text, which holds no line break. */
    public Script event(String data) {
        return write(Sse.event(data));
    }

    /** Writes a piece of the answer. */
    public Script text(String delta) {
        return write(Sse.text(delta));
    }

    /** Ends the answer in the Orchestrator's protocol, not in HTTP's. */
    public Script done() {
        return event(Sse.DONE);
    }

    /** {@link Sse#delta} 0 to {@code count - 1}, {@code every} apart; with zero as fast as the client takes them. */
    public Script deltas(long count, int chars, Duration every) {
        long everyMs = every.toMillis();
        return series(count, index -> Sse.text(Sse.delta(index, chars)), index -> everyMs);
    }

    /** The same bytes over and over; with {@link #FOR_EVER} heartbeats without end, a line without end. */
    public Script repeat(long times, String bytes, Duration every) {
        Buffer piece = Buffer.buffer(bytes);
        long everyMs = every.toMillis();
        return series(times, index -> piece, index -> everyMs);
    }

    Script series(long times, LongFunction<Buffer> piece, LongUnaryOperator delayMs) {
        return then(exchange -> exchange.series(times, piece, delayMs));
    }

    /** Says nothing at all for that long; with zero, for a turn of the event loop. */
    public Script pause(Duration time) {
        long ms = time.toMillis();
        return then(exchange -> exchange.pause(ms));
    }

    /** Says nothing but a heartbeat each time that the given silence has passed. */
    public Script quiet(Duration time, Duration heartbeat) {
        Script script = this;
        Duration rest = time;
        for (; rest.compareTo(heartbeat) >= 0; rest = rest.minus(heartbeat)) {
            script = script.pause(heartbeat).event(Sse.heartbeat(heartbeat));
        }
        return script.pause(rest);
    }

    /** Waits until the gate is open. */
    public Script await(Gate gate) {
        return then(exchange -> exchange.await(gate));
    }

    /** The same, and says meanwhile what a busy Orchestrator does: so nobody takes it for stalled, however late it opens. */
    public Script await(Gate gate, Duration heartbeat) {
        Buffer beat = Sse.event(Sse.heartbeat(heartbeat));
        return then(exchange -> exchange.await(gate, heartbeat.toMillis(), beat));
    }

    /** Goes on with another script's steps; its status and headers do not count. */
    public Script then(Script more) {
        Script script = this;
        for (Step step : more.steps) {
            script = script.then(step);
        }
        return script;
    }

    /** Stays connected and does nothing more. */
    public Script hang() {
        return then(Exchange::hang);
    }

    /** Closes the connection in the middle of the answer: a chunked body then lacks its last chunk. */
    public Script close() {
        return then(Exchange::close);
    }

    /** Resets the connection (TCP RST). Bytes written just before may be lost with it; a pause in between saves them. */
    public Script reset() {
        return then(Exchange::reset);
    }

    private Script then(Step step) {
        List<Step> more = new ArrayList<>(steps);
        more.add(step);
        return new Script(status, headers, List.copyOf(more));
    }

    /** Holds every script that reaches it until a test opens it; once open it stays open. Safe from any thread. */
    public static final class Gate {
        private final CompletableFuture<Void> reached = new CompletableFuture<>();
        private final CompletableFuture<Void> opened = new CompletableFuture<>();

        public void open() {
            opened.complete(null);
        }

        /** Completes when the first script has come to the gate: what stands before it has been written. */
        public CompletableFuture<Void> reached() {
            return reached.copy();
        }

        CompletableFuture<Void> pass() {
            reached.complete(null);
            return opened;
        }
    }
}
