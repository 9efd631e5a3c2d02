package nova.chat.edge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import nova.chat.orchestrator.Identity;
import nova.chat.protocol.Welcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Orchestrator's name and greeting, as last heard; asked for in the background, by one call at a time. */
final class Identities {
    private static final Logger LOG = LoggerFactory.getLogger(Identities.class);

    /** It changes when somebody edits it: who comes a minute later sees it. */
    private static final long FRESH_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** After a call without an answer. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** So much of a client's time a name is worth, and only where none was ever heard. */
    private static final long PATIENCE_MS = 300;

    private final Vertx vertx;
    private final Supplier<Future<Optional<Identity>>> source;
    private final LongSupplier nanoTime;
    private Welcome.@Nullable Identity latest;
    private boolean answered;
    private boolean asking;
    private Future<Void> patience = Future.succeededFuture();
    private long dueNanos;

    /** Knows nothing yet, and asks nobody unasked. */
    Identities(Vertx vertx, Supplier<Future<Optional<Identity>>> source, LongSupplier nanoTime) {
        this.vertx = vertx;
        this.source = source;
        this.nanoTime = nanoTime;
        this.dueNanos = nanoTime.getAsLong();
    }

    /** What is known now; kept while the Orchestrator is away. */
    Welcome.@Nullable Identity latest() {
        return latest;
    }

    /** Asks, where that is due. Succeeds when there is something to tell, or it is no use to wait for it any longer. */
    Future<Void> refresh() {
        if (!asking && nanoTime.getAsLong() - dueNanos >= 0) {
            ask();
        }
        return answered ? Future.succeededFuture() : patience;
    }

    private void ask() {
        Promise<Void> over = Promise.promise();
        long timer = vertx.setTimer(PATIENCE_MS, id -> over.tryComplete());
        patience = over.future();
        asking = true;
        source.get()
                .onSuccess(this::heard)
                .onFailure(e -> LOG.debug(
                        "nobody says how the Orchestrator is called: {}",
                        e.getClass().getSimpleName()))
                .onComplete(said -> {
                    asking = false;
                    dueNanos = nanoTime.getAsLong() + (said.succeeded() ? FRESH_NANOS : RETRY_NANOS);
                    vertx.cancelTimer(timer);
                    over.tryComplete();
                });
    }

    private void heard(Optional<Identity> said) {
        answered = true;
        latest = said.map(identity -> new Welcome.Identity(identity.name(), identity.greeting()))
                .orElse(null);
    }
}
