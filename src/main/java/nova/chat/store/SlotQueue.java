package nova.chat.store;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import nova.chat.config.RedisUrl.Host;
import org.jspecify.annotations.Nullable;

/**
 * The commands for one slot that have no answer yet. They go out at once, one behind the other, and are answered in that
 * order, wherever the slot is moving meanwhile: from the first redirection on, later ones are held back until those that
 * were sent before have been done, one at a time.
 */
final class SlotQueue {
    // Of redirections that lead in a circle, or to a slot whose keys are half here and half there.
    private static final int FREE_REDIRECTIONS = 3;
    private static final int FIRST_PAUSE_MS = 5;
    private static final int MAX_PAUSE_MS = 100;

    private final Vertx vertx;
    private final ClusterNodes nodes;
    private final int slot;
    private final Runnable whenEmpty;
    private final Queue<Call> calls = new ArrayDeque<>();
    private int underWay;
    private boolean holding;
    private boolean settling;

    SlotQueue(Vertx vertx, ClusterNodes nodes, int slot, Runnable whenEmpty) {
        this.vertx = vertx;
        this.nodes = nodes;
        this.slot = slot;
        this.whenEmpty = whenEmpty;
    }

    /** One command: to be sent, under way, to be redone elsewhere, or done. */
    private static final class Call {
        final Request request;
        final Promise<Response> promise = Promise.promise();
        final long beganNanos = System.nanoTime();
        int redirections;

        @Nullable
        Redirection elsewhere;

        @Nullable
        AsyncResult<Response> done;

        Call(Request request) {
            this.request = request;
        }

        /** Whoever asked has been told of a failure. */
        boolean isLate() {
            return System.nanoTime() - beganNanos > RedisLink.COMMAND_TIMEOUT.toNanos();
        }
    }

    /** What a node said: an answer, which may be null, or a refusal. */
    private record Reply(
            @Nullable Response answer, @Nullable ErrorType refusal) {}

    Future<Response> add(Request request) {
        Call call = new Call(request);
        calls.add(call);
        if (!holding) {
            send(call, nodes.owner(slot), false);
        }
        return call.promise.future();
    }

    private void send(Call call, @Nullable Host host, boolean asking) {
        call.elsewhere = null;
        if (host == null || call.isLate()) {
            nodes.askSoon();
            call.done = Future.failedFuture(new StoreUnavailable("Redis: no node for a slot"));
            settle();
            return;
        }
        underWay++;
        ask(host, call.request, asking).onComplete(reply -> {
            underWay--;
            replied(call, host, reply);
            settle();
        });
    }

    private Future<Reply> ask(Host host, Request request, boolean asking) {
        return nodes.at(host).run(0, redis -> {
            // In one breath: a command in between would use the permission up.
            Future<@Nullable Response> permission =
                    asking ? redis.send(Request.cmd(Command.ASKING)) : Future.succeededFuture();
            Future<Response> answer = redis.send(request);
            return permission
                    .compose(ok -> answer)
                    .map(response -> new Reply(response, null))
                    .recover(SlotQueue::refusal);
        });
    }

    /** A refusal is an answer too, and no sign of a bad connection; unless it is the client that says so. */
    private static Future<Reply> refusal(Throwable error) {
        return error instanceof ErrorType refusal
                        && !refusal.is("CONNECTION_CLOSED")
                        && !RedisFailure.of(refusal).isElsewhere()
                ? Future.succeededFuture(new Reply(null, refusal))
                : Future.failedFuture(error);
    }

    private void replied(Call call, Host host, AsyncResult<Reply> reply) {
        if (reply.failed()) {
            nodes.askSoon();
            call.done = Future.failedFuture(reply.cause());
            return;
        }
        ErrorType refusal = reply.result().refusal();
        if (refusal == null) {
            call.done = Future.succeededFuture(reply.result().answer());
            return;
        }
        call.elsewhere = Redirection.of(refusal, host);
        if (call.elsewhere == null) {
            call.done = Future.failedFuture(refusal);
        } else {
            redirected(call, call.elsewhere);
        }
        if (refusal.is("CLUSTERDOWN")) {
            nodes.askSoon();
        }
    }

    private void redirected(Call call, Redirection elsewhere) {
        call.redirections++;
        holding = true;
        if (elsewhere.host() != null && elsewhere.forGood()) {
            nodes.moved(slot, elsewhere.host());
        }
    }

    /** Answers what can be answered, from the front, and sends what is to be sent next. */
    private void settle() {
        if (settling) {
            return; // the one below on the stack goes on
        }
        settling = true;
        try {
            for (Call next = calls.peek(); next != null && isDue(next); next = calls.peek()) {
                advance(next);
            }
        } finally {
            settling = false;
        }
        if (calls.isEmpty()) {
            whenEmpty.run();
        }
    }

    private boolean isDue(Call first) {
        return first.done != null || underWay == 0;
    }

    private void advance(Call first) {
        if (first.done != null) {
            calls.remove();
            first.promise.handle(first.done);
        } else if (first.elsewhere != null) {
            redo(first, first.elsewhere);
        } else {
            release();
        }
    }

    private void redo(Call call, Redirection elsewhere) {
        if (elsewhere.host() != null && call.redirections <= FREE_REDIRECTIONS) {
            follow(call, elsewhere);
            return;
        }
        long most = Math.min(MAX_PAUSE_MS, (long) FIRST_PAUSE_MS << Math.min(call.redirections, 8));
        underWay++;
        vertx.setTimer(ThreadLocalRandom.current().nextLong(most / 2, most + 1), id -> {
            underWay--;
            follow(call, elsewhere);
        });
    }

    private void follow(Call call, Redirection elsewhere) {
        boolean isSomewhere = elsewhere.host() != null;
        send(call, isSomewhere ? elsewhere.host() : nodes.owner(slot), isSomewhere && !elsewhere.forGood());
    }

    /** All that were sent before the slot began to move are done. */
    private void release() {
        holding = false;
        for (Call held : List.copyOf(calls)) {
            send(held, nodes.owner(slot), false);
        }
    }
}
