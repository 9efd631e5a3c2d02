package nova.chat.edge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
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
    private static final int MAX_GOOD = 20_000;
    /** More different wrong keys a second than this, and one that comes again is asked about again. */
    private static final int MAX_BAD = 1_000;

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
     * A good verdict.
     *
     * @param askedNanos when it was last asked for, which may have brought no answer
     * @param doubted since the Orchestrator has refused the key on another call
     */
    private record Good(long saidNanos, long askedNanos, boolean doubted) {}

    private final Orchestrator orchestrator;
    private final Config.Keys config;
    private final Map<String, Future<Verdict>> asking = new HashMap<>();
    /** Apart from the bad ones: whoever guesses keys must not push out the verdicts that an outage is survived with. */
    private final Map<String, Good> good = new Bounded<>(MAX_GOOD);

    /** When it was said. */
    private final Map<String, Long> bad = new Bounded<>(MAX_BAD);

    /** Forgets what was least recently used. */
    private static final class Bounded<V> extends LinkedHashMap<String, V> {
        private static final long serialVersionUID = 1L;
        private final int max;

        Bounded(int max) {
            super(16, 0.75f, true);
            this.max = max;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > max;
        }
    }

    Authenticator(Orchestrator orchestrator, Config.Keys config) {
        this.orchestrator = orchestrator;
        this.config = config;
    }

    /** A verdict, a remembered one where it is fresh. */
    Future<Verdict> judge(Caller caller) {
        if (config.rule() == Rule.OFF) {
            return Future.succeededFuture(Verdict.GOOD);
        }
        Good known = good.get(caller.id());
        if (known != null && isFresh(known)) {
            return Future.succeededFuture(Verdict.GOOD);
        }
        Long refused = bad.get(caller.id());
        if (refused != null && isWithin(BAD_NANOS, refused)) {
            return Future.succeededFuture(Verdict.BAD);
        }
        boolean usable = known != null && isWithin(USABLE_NANOS, known.saidNanos);
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
        Good known = good.get(caller.id());
        return known == null || (!isFresh(known) && !isWithin(ASK_AGAIN_NANOS, known.askedNanos));
    }

    /**
     * The Orchestrator refused this key on another call: whoever is inside with it is asked about at the next tick. Until
     * then it is good, and while nobody can be asked too.
     */
    void doubt(Call call) {
        Caller caller = new Caller(call.key() == null ? null : new ApiKey(call.key()), call.clientAddress());
        long askable = System.nanoTime() - ASK_AGAIN_NANOS;
        good.computeIfPresent(caller.id(), (same, known) -> new Good(known.saidNanos, askable, true));
    }

    private boolean isFresh(Good known) {
        return !known.doubted && isWithin(config.remember().toNanos(), known.saidNanos);
    }

    private Verdict remember(String id, Verdict said) {
        long now = System.nanoTime();
        switch (said) {
            case GOOD -> {
                bad.remove(id);
                good.put(id, new Good(now, now, false));
            }
            case BAD -> {
                good.remove(id);
                bad.put(id, now);
            }
            case AWAY -> good.computeIfPresent(id, (same, known) -> new Good(known.saidNanos, now, known.doubted));
        }
        return said;
    }

    private static boolean isWithin(long nanos, long sinceNanos) {
        return System.nanoTime() - sinceNanos < nanos;
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
