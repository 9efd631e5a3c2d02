package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import nova.chat.config.Config;
import nova.chat.protocol.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory that several replicas share, each by a way of its own, which takes a moment, may be cut, and may
 * lose news. All on one event loop.
 */
public final class Shared {
    private final Vertx vertx;
    private final Store memory;
    private final List<Way> ways = new ArrayList<>();
    private Duration passed = Duration.ZERO;

    public Shared(Vertx vertx, Config.Turns turns) {
        this.vertx = vertx;
        this.memory = Around.memory(vertx, turns, () -> Instant.now().plus(passed));
    }

    /** The store itself, to which nothing happens. */
    public Store memory() {
        return memory;
    }

    /** Time passes for the store. */
    public void pass(Duration time) {
        passed = passed.plus(time);
    }

    /** Another replica's way to it. */
    public Way way() {
        Way way = new Way();
        ways.add(way);
        return way;
    }

    /** One replica's way to the store. */
    public final class Way extends Around {
        private final Map<SessionId, Consumer<News>> ears = new HashMap<>();
        private final Map<String, Integer> counts = new HashMap<>();
        private final List<Runnable> held = new ArrayList<>();
        private @Nullable String holding;
        private @Nullable String cuttingAt;
        private boolean cut;
        private boolean deaf;

        private Way() {
            super(memory);
        }

        /** From now on nothing comes through, in either direction. */
        public void cut() {
            cut = true;
        }

        public void mend() {
            cut = false;
        }

        /** It is cut when this is asked, before the question comes through. */
        public void cutAt(String question) {
            cuttingAt = question;
        }

        /** From now on news are lost. */
        public void deafen() {
            deaf = true;
        }

        /** The answers to such questions do not come until {@link #letGo}. */
        public void hold(String question) {
            holding = question;
        }

        public void letGo() {
            holding = null;
            List.copyOf(held).forEach(Runnable::run);
            held.clear();
        }

        public int held() {
            return held.size();
        }

        public int count(String question) {
            return counts.getOrDefault(question, 0);
        }

        public boolean isFollowing(SessionId session) {
            return ears.containsKey(session);
        }

        @Override
        public boolean isShared() {
            return true;
        }

        @Override
        public void follow(SessionId session, Consumer<News> ear) {
            ears.put(session, ear);
            memory.follow(session, news -> List.copyOf(ways).forEach(way -> way.tell(session, news)));
        }

        @Override
        public void unfollow(SessionId session) {
            ears.remove(session);
        }

        private void tell(SessionId session, News news) {
            Consumer<News> ear = ears.get(session);
            if (ear != null && !deaf && !cut) {
                ear.accept(news);
            }
        }

        @Override
        protected <T extends @Nullable Object> Future<T> ask(String what, Supplier<Future<T>> question) {
            counts.merge(what, 1, Integer::sum);
            cut |= what.equals(cuttingAt);
            Promise<T> answer = Promise.promise();
            vertx.runOnContext(there -> {
                Future<T> answered = cut ? away() : question.get();
                Runnable back = () -> vertx.runOnContext(here -> {
                    if (cut) {
                        answer.fail(new StoreUnavailable("cut"));
                    } else {
                        answered.onComplete(answer);
                    }
                });
                if (what.equals(holding)) {
                    held.add(back);
                } else {
                    back.run();
                }
            });
            return answer.future();
        }

        private <T extends @Nullable Object> Future<T> away() {
            return Future.failedFuture(new StoreUnavailable("cut"));
        }
    }
}
