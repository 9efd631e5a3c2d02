package nova.chat.edge;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import nova.chat.config.Config;
import nova.chat.config.Config.Keys.Rule;
import nova.chat.edge.Authenticator.Caller;
import nova.chat.edge.Authenticator.Verdict;
import nova.chat.protocol.CloseCode;
import nova.chat.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Whether one connection may come in (PROTOCOL.md, "Keys"): asked when it opens, when it brings a key later, when the
 * Orchestrator is back after being away, and again as long as it stays.
 */
final class Admission {
    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum Stage {
        /** A verdict is being asked for; nothing is read meanwhile. */
        ASKING,
        /** It needs a key and has brought none. */
        NEEDS_KEY,
        /** Nobody could say; it waits inside, and what it asks waits with it. */
        PROVISIONAL,
        IN
    }

    private final Authenticator authenticator;
    private final WrongKeys wrongKeys;
    private final Config.Keys config;
    private final Connection connection;
    private Caller caller;
    private Stage stage = Stage.ASKING;
    private long askedNanos = System.nanoTime();
    private long needsKeySinceNanos;
    private boolean asking;

    Admission(
            Authenticator authenticator,
            WrongKeys wrongKeys,
            Config.Keys config,
            Connection connection,
            Caller caller) {
        this.authenticator = authenticator;
        this.wrongKeys = wrongKeys;
        this.config = config;
        this.connection = connection;
        this.caller = caller;
    }

    Caller caller() {
        return caller;
    }

    /** Whose sessions it may use: nobody's until its key is known to be good. */
    @Nullable
    String principal() {
        return stage == Stage.IN ? caller.principal() : null;
    }

    boolean isProvisional() {
        return stage == Stage.PROVISIONAL;
    }

    boolean needsKey() {
        return stage == Stage.NEEDS_KEY;
    }

    /** A key that comes before anything is decided; it counts for whoever brought none with the request. */
    void offer(String token) {
        if (caller.key() == null) {
            caller = new Caller(new ApiKey(token), caller.address());
        }
    }

    /** Decides for the first time; done when the connection is in, or waits for a key, or was refused. */
    Future<Void> begin() {
        if (config.rule() == Rule.REQUIRE && caller.key() == null) {
            needKey();
            return Future.succeededFuture();
        }
        return askAtTheDoor();
    }

    /** An {@code auth} frame. Accepted in silence by whoever has a key already. */
    Future<Void> bring(String token) {
        Caller withKey = new Caller(new ApiKey(token), caller.address());
        if (stage == Stage.NEEDS_KEY) {
            caller = withKey;
            stage = Stage.ASKING;
            return askAtTheDoor();
        }
        return caller.key() == null ? adopt(withKey) : Future.succeededFuture();
    }

    /** Looks after deadlines and old verdicts; called about once a second. */
    void tick(long nowNanos) {
        if (stage == Stage.NEEDS_KEY
                && nowNanos - needsKeySinceNanos > config.deadline().toNanos()) {
            refuse("No key came in time.");
        } else if (nowNanos - askedNanos > ASK_AGAIN_NANOS
                && (stage == Stage.PROVISIONAL || (stage == Stage.IN && authenticator.isStale(caller)))) {
            askAgain();
        }
    }

    /** Anything but a key came from one who needs one, or a bad one, or none in time. */
    void refuse(String why) {
        connection.refuse(
                ErrorCode.UNAUTHORIZED, why + " Bring a valid API key and connect again.", CloseCode.UNAUTHORIZED);
    }

    private Future<Void> askAtTheDoor() {
        return authenticator.judge(caller).compose(verdict -> {
            switch (verdict) {
                case GOOD -> {
                    stage = Stage.IN;
                    return connection.admitted();
                }
                case BAD -> {
                    turnAway();
                    return Future.succeededFuture();
                }
                case AWAY -> {
                    return waitInside();
                }
            }
            throw new IllegalStateException(verdict.name());
        });
    }

    private void turnAway() {
        if (caller.key() == null) {
            needKey();
        } else {
            refuseKey();
        }
    }

    private void needKey() {
        stage = Stage.NEEDS_KEY;
        needsKeySinceNanos = System.nanoTime();
    }

    private void refuseKey() {
        if (wrongKeys.count(caller.address())) {
            refuseGuesser();
        } else {
            refuse("This API key is not valid.");
        }
    }

    private void refuseGuesser() {
        connection.refuse(
                ErrorCode.RATE_LIMITED,
                "Too many wrong keys came from this address. Wait a minute.",
                CloseCode.TOO_MANY);
    }

    private Future<Void> waitInside() {
        if (config.rule() == Rule.REQUIRE) {
            connection.refuse(
                    ErrorCode.AUTH_UNAVAILABLE,
                    "Keys cannot be checked at the moment. Connect again later.",
                    CloseCode.OVERLOADED);
            return Future.succeededFuture();
        }
        stage = Stage.PROVISIONAL;
        askedNanos = System.nanoTime();
        return connection.admitted();
    }

    /** Somebody inside without a key shows one: from now on it is used, if it is good. */
    private Future<Void> adopt(Caller withKey) {
        if (stage == Stage.PROVISIONAL) {
            caller = withKey;
            return Future.succeededFuture();
        }
        return authenticator.judge(withKey).map(verdict -> {
            if (verdict != Verdict.BAD) {
                caller = withKey;
                stage = verdict == Verdict.GOOD ? Stage.IN : Stage.PROVISIONAL;
                if (stage == Stage.IN) {
                    connection.released();
                }
            } else if (wrongKeys.count(withKey.address())) {
                refuseGuesser(); // each wrong key costs a call upstream, and one connection can bring any number
            } else {
                connection.tell(ErrorCode.UNAUTHORIZED, "This API key is not valid. You go on without one.");
            }
            return null;
        });
    }

    private void askAgain() {
        if (asking) {
            return;
        }
        asking = true;
        askedNanos = System.nanoTime();
        Caller asked = caller;
        authenticator.judgeAgain(asked).onSuccess(verdict -> {
            asking = false;
            if (asked.id().equals(caller.id())) {
                said(verdict);
            }
        });
    }

    private void said(Verdict verdict) {
        boolean waited = stage == Stage.PROVISIONAL;
        if (verdict == Verdict.GOOD && waited) {
            stage = Stage.IN;
            connection.released();
        } else if (verdict == Verdict.BAD && waited) {
            connection.dropHeld(ErrorCode.UNAUTHORIZED, "This message was not sent on: it needs a valid API key.");
            if (caller.key() == null) {
                refuse("A key is needed here.");
            } else {
                refuseKey();
            }
        } else if (verdict == Verdict.BAD) {
            connection.refuse(
                    ErrorCode.TOKEN_EXPIRED,
                    "This API key is no longer valid. Bring another and connect again.",
                    CloseCode.KEY_REVOKED);
        }
    }
}
