package nova.chat.edge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import nova.chat.config.Config;
import nova.chat.config.Config.Keys.Rule;
import nova.chat.orchestrator.Call;
import nova.chat.orchestrator.KeyVerdict;
import nova.chat.orchestrator.Orchestrator;
import nova.chat.orchestrator.Trace;
import org.jspecify.annotations.Nullable;

/**
 * Whether a key is good. The Orchestrator knows; this asks it, remembers what it said for as long as that is safe, and
 * asks once where many want to know the same (PROTOCOL.md, "Keys").
 *
 * <p>A verdict is remembered for a key <em>at an address</em>: the Orchestrator lets some networks in with any key, and
 * such a verdict must not open the door elsewhere.
 */
final class Authenticator {
    /** While the Orchestrator is away, a good verdict is used this long: a restart of it should lock nobody out. */
    private static final long USABLE_NANOS = TimeUnit.MINUTES.toNanos(5);
    /** A flood of one wrong key costs one call a second, and a key that was just made works at once. */
    private static final long BAD_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How often an Orchestrator that is away is asked about the same key. */
    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** Beyond it the least recently used verdict is forgotten, and asked for again when needed. */
    private static final int MAX_REMEMBERED = 20_000;

    /** Names that the Orchestrator gives when it did not look at the key at all. */
    private static final Set<String> BYPASSES = Set.of("dev-bypass", "trusted-network");

    enum Verdict {
        GOOD,
        BAD,
        /** Nobody can say now. */
        AWAY
    }

    /** Who wants to come in, from where; an absent key is asked about too. */
    record Caller(@Nullable ApiKey key, String address) {
        String id() {
            return (key == null ? "" : key.principal()) + "@" + address;
        }

        @Nullable
        String principal() {
            return key == null ? null : key.principal();
        }

        Call call(Trace trace) {
            return new Call(key == null ? null : key.secret(), address, trace);
        }
    }

    /**
     * What was last said, and when.
     *
     * @param verdict the last that was good or bad; {@code AWAY} when nobody could say yet
     * @param askedNanos when it was last asked, which may have brought no answer
     */
    private record Remembered(Verdict verdict, long saidNanos, long askedNanos) {
        boolean isWithin(long nanos) {
            return System.nanoTime() - saidNanos < nanos;
        }

        boolean isFresh(Duration remember) {
            return switch (verdict) {
                case GOOD -> isWithin(remember.toNanos());
                case BAD -> isWithin(BAD_NANOS);
                case AWAY -> false;
            };
        }
    }

    private final Orchestrator orchestrator;
    private final Config.Keys config;
    private final Map<String, Future<Verdict>> asking = new HashMap<>();
    private final Map<String, Remembered> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    Authenticator(Orchestrator orchestrator, Config.Keys config) {
        this.orchestrator = orchestrator;
        this.config = config;
    }

    Rule rule() {
        return config.rule();
    }

    /** A verdict, a remembered one where it is fresh. */
    Future<Verdict> judge(Caller caller) {
        if (config.rule() == Rule.OFF) {
            return Future.succeededFuture(Verdict.GOOD);
        }
        Remembered known = remembered.get(caller.id());
        if (known != null && known.isFresh(config.remember())) {
            return Future.succeededFuture(known.verdict);
        }
        boolean usable = known != null && known.verdict == Verdict.GOOD && known.isWithin(USABLE_NANOS);
        return judgeAgain(caller).map(said -> said == Verdict.AWAY && usable ? Verdict.GOOD : said);
    }

    /** A verdict that is asked for now, whatever is remembered. */
    Future<Verdict> judgeAgain(Caller caller) {
        String id = caller.id();
        Future<Verdict> asked = asking.get(id);
        if (asked != null) {
            return asked;
        }
        Promise<Verdict> verdict = Promise.promise();
        asking.put(id, verdict.future());
        orchestrator.validate(caller.call(Trace.of(null))).onComplete(said -> {
            asking.remove(id);
            verdict.complete(remember(id, said.succeeded() ? verdict(said.result()) : Verdict.AWAY));
        });
        return verdict.future();
    }

    /** Whether a verdict that let somebody in is due to be asked for again. */
    boolean isStale(Caller caller) {
        if (config.rule() == Rule.OFF) {
            return false;
        }
        Remembered known = remembered.get(caller.id());
        return known == null
                || (!known.isWithin(config.remember().toNanos())
                        && System.nanoTime() - known.askedNanos >= ASK_AGAIN_NANOS);
    }

    private Verdict remember(String id, Verdict said) {
        long now = System.nanoTime();
        Remembered before = remembered.get(id);
        if (said != Verdict.AWAY) {
            remembered.put(id, new Remembered(said, now, now));
        } else if (before == null) {
            remembered.put(id, new Remembered(said, now - USABLE_NANOS, now));
        } else {
            remembered.put(id, new Remembered(before.verdict, before.saidNanos, now));
        }
        return said;
    }

    private Verdict verdict(KeyVerdict said) {
        boolean required = config.rule() == Rule.REQUIRE;
        return said.match(new KeyVerdict.Cases<>() {
            @Override
            public Verdict good(KeyVerdict.Good good) {
                return required && BYPASSES.contains(good.name()) ? Verdict.BAD : Verdict.GOOD;
            }

            @Override
            public Verdict bad(KeyVerdict.Bad bad) {
                return Verdict.BAD;
            }

            /** Where there are no keys nobody can be asked for one; who insists on keys lets nobody in there. */
            @Override
            public Verdict unknown(KeyVerdict.Unknown unknown) {
                return required ? Verdict.BAD : Verdict.GOOD;
            }

            @Override
            public Verdict away(KeyVerdict.Away away) {
                return Verdict.AWAY;
            }
        });
    }
}
