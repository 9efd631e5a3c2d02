package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.redis.client.RedisConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import nova.chat.log.Batch;
import nova.chat.protocol.SessionId;
import nova.chat.testing.Patience;
import nova.chat.testing.RedisCluster;
import nova.chat.testing.RedisSentinel;
import nova.chat.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EarTest {
    private static final News CHANGED = new News.Changed();

    private final Loop loop = new Loop();
    private final SessionId session = SessionId.mint();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Map<SessionId, List<News>> told = new HashMap<>(); // on the loop

    @SuppressWarnings("NullAway.Init") // what each test begins with
    private Ear ear;

    @AfterEach
    void close_all() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        loop.close();
    }

    @Test
    void what_is_published_is_heard_and_in_order() {
        RedisServer redis = running(RedisServer.started());
        ear = earAt(redis.url());
        follow(session);
        await("the first word", () -> told(session).contains(CHANGED));
        await("its own echo", ear::hears);
        on(() -> told.values().forEach(List::clear));
        for (String epoch : List.of("one", "two", "not to be understood", "three")) {
            publish(redis, session, epoch);
        }
        await("all", () -> told(session).size() == 4);
        assertThat(told(session)).containsExactly(grown("one"), grown("two"), CHANGED, grown("three"));
    }

    @Test
    void who_follows_no_more_is_told_no_more() {
        RedisServer redis = running(RedisServer.started());
        ear = earAt(redis.url());
        SessionId other = SessionId.mint();
        follow(session);
        follow(other);
        await("both", () -> !told(session).isEmpty() && !told(other).isEmpty());
        on(() -> ear.unfollow(session));
        await("the channel is left", () -> subscribers(redis, session) == 0);
        publish(redis, session, "one");
        publish(redis, other, "two");
        await("the other", () -> told(other).contains(grown("two")));
        assertThat(told(session)).containsOnly(CHANGED);
    }

    @Test
    void who_follows_again_is_told_again_to_read() {
        RedisServer redis = running(RedisServer.started());
        ear = earAt(redis.url());
        follow(session);
        await("the first word", () -> told(session).contains(CHANGED));
        await("its own echo", ear::hears);
        on(() -> {
            told.values().forEach(List::clear);
            ear.unfollow(session);
            ear.follow(session, listener(session));
        });
        await("the second", () -> told(session).contains(CHANGED));
        publish(redis, session, "one");
        await("news", () -> told(session).contains(grown("one")));
    }

    @Test
    void a_connection_that_is_killed_again_and_again_is_made_again() {
        RedisServer redis = running(RedisServer.started());
        ear = earAt(redis.url());
        follow(session);
        await("it hears", ear::hears);
        for (int i = 0; i < 10; i++) {
            int before = told(session).size();
            await("somebody to kill", () -> (Long) redis.command("CLIENT", "KILL", "TYPE", "pubsub") > 0);
            await("told to read", () -> told(session).size() > before);
        }
        await("it hears again", ear::hears);
        await("its channel", () -> subscribers(redis, session) == 1);
        publish(redis, session, "after");
        await("news", () -> told(session).contains(grown("after")));
    }

    @Test
    void a_connection_on_which_nothing_comes_is_noticed_and_given_up() {
        RedisServer redis = running(RedisServer.started());
        DeafPipe pipe = running(new DeafPipe(redis.port()));
        RedisLink direct = linkTo(redis.url());
        RedisLink piped = linkTo("redis://127.0.0.1:" + pipe.port());
        ear = ear(new Listening(direct, piped.dial()));
        follow(session);
        await("it hears", ear::hears);
        assertThat(pipe.connections()).isEqualTo(1);
        pipe.deaf(true);
        publish(redis, session, "swallowed");
        await("it knows", () -> !ear.hears());
        await("it is told so more than once", () -> told(session).size() > 3);
        assertThat(told(session)).containsOnly(CHANGED);
        pipe.deaf(false);
        await("it hears again", ear::hears);
        assertThat(pipe.connections()).isGreaterThan(1);
        publish(redis, session, "heard");
        await("news", () -> told(session).contains(grown("heard")));
    }

    @Test
    void as_long_as_redis_is_away_its_followers_are_told_to_read() {
        RedisServer redis = running(RedisServer.stopped());
        ear = earAt(redis.url());
        follow(session);
        await("told twice", () -> told(session).size() >= 2);
        assertThat(ear.hears()).isFalse();
        redis.start();
        await("it hears", ear::hears);
    }

    @Test
    void thousands_of_sessions_are_followed_and_followed_again() {
        RedisServer redis = running(RedisServer.started());
        ear = earAt(redis.url());
        List<SessionId> sessions =
                IntStream.range(0, 5_000).mapToObj(i -> SessionId.mint()).toList();
        on(() -> sessions.forEach(one -> ear.follow(one, listener(one))));
        await("each is told", () -> sessions.stream().allMatch(one -> told(one).contains(CHANGED)));
        on(() -> told.values().forEach(List::clear));
        redis.command("CLIENT", "KILL", "TYPE", "pubsub");
        await(
                "each is told again",
                () -> sessions.stream().allMatch(one -> told(one).contains(CHANGED)));
        publish(redis, sessions.get(4_999), "one");
        await("news", () -> told(sessions.get(4_999)).contains(grown("one")));
        on(() -> sessions.forEach(ear::unfollow));
        await("only its own is left", () -> ((List<?>) redis.command("PUBSUB", "CHANNELS", "*")).size() == 1);
    }

    @Test
    void a_closed_ear_has_no_connection_and_makes_none() {
        RedisServer redis = running(RedisServer.started());
        ear = earAt(redis.url());
        follow(session);
        await("it hears", ear::hears);
        loop.await(() -> ear.close());
        follow(SessionId.mint());
        await("nobody listens", () -> ((List<?>) redis.command("PUBSUB", "CHANNELS", "*")).isEmpty());
        assertThat(ear.hears()).isFalse();
    }

    @Test
    void in_a_cluster_it_hears_all_nodes_and_outlives_each(@TempDir Path directory) {
        RedisCluster cluster = running(RedisCluster.started(directory));
        ear = earAt(cluster.url());
        follow(session);
        await("it hears", ear::hears);
        for (RedisServer node : cluster.nodes()) {
            publishPlain(node, session, "from " + node.port());
            await("news", () -> told(session).contains(grown("from " + node.port())));
        }
        for (RedisServer node : cluster.nodes()) {
            on(() -> told.values().forEach(List::clear));
            node.kill();
            RedisServer other = cluster.nodes().get(cluster.nodes().indexOf(node) == 0 ? 1 : 0);
            await("news without " + node.port(), () -> {
                publishPlain(other, session, "on");
                return told(session).contains(grown("on"));
            });
            node.start();
            cluster.awaitHealth();
        }
        await("it hears", ear::hears);
    }

    @Test
    void behind_sentinels_it_listens_to_whoever_is_the_master(@TempDir Path directory) {
        RedisSentinel redis = running(RedisSentinel.started(directory));
        ear = earAt(redis.url());
        follow(session);
        await("it hears", ear::hears);
        RedisServer before = redis.master();
        redis.killMaster();
        await("another master", () -> !redis.master().equals(before));
        await("news from there", () -> {
            publish(redis.master(), session, "on");
            return told(session).contains(grown("on"));
        });
    }

    /** Publishes by way of one link, and listens somewhere else. */
    private record Listening(RedisLink link, RedisDial dial) implements RedisLink {
        @Override
        public <T> Future<T> run(long bytes, Function<RedisConnection, Future<T>> commands) {
            return link.run(bytes, commands);
        }

        @Override
        public String name() {
            return link.name();
        }

        @Override
        public Future<Void> close() {
            return link.close();
        }
    }

    private RedisLink linkTo(String url) {
        RedisLink link = RedisLink.to(loop.vertx, new RedisAddress(url, null), List.of());
        opened.add(0, () -> loop.await(link::close));
        return link;
    }

    private Ear earAt(String url) {
        return ear(linkTo(url));
    }

    private Ear ear(RedisLink link) {
        Ear made = new Ear(loop.vertx, link, EarTest::decode);
        opened.add(0, () -> loop.await(made::close));
        return made;
    }

    private static News decode(byte[] payload) {
        String text = new String(payload, StandardCharsets.UTF_8);
        if (text.startsWith("not")) {
            throw new IllegalArgumentException(text);
        }
        return grown(text);
    }

    private static News grown(String epoch) {
        return new News.Grown(null, epoch, new Batch(1, List.of()));
    }

    private <T extends AutoCloseable> T running(T one) {
        opened.add(one);
        return one;
    }

    private void follow(SessionId one) {
        on(() -> ear.follow(one, listener(one)));
    }

    private Consumer<News> listener(SessionId one) {
        List<News> list = told.computeIfAbsent(one, any -> new ArrayList<>());
        return list::add;
    }

    private List<News> told(SessionId one) {
        return List.copyOf(told.getOrDefault(one, List.of()));
    }

    private void on(Runnable work) {
        loop.await(() -> {
            work.run();
            return Future.succeededFuture();
        });
    }

    private <T> T asked(Supplier<T> question) {
        return loop.await(() -> Future.succeededFuture(question.get()));
    }

    /** Asks on the loop. */
    private void await(String what, BooleanSupplier condition) {
        Patience.await(what, () -> asked(condition::getAsBoolean));
    }

    private static void publish(RedisServer redis, SessionId one, String payload) {
        redis.command("PUBLISH", new Keys(one).channel(), payload);
    }

    private static void publishPlain(RedisServer node, SessionId one, String payload) {
        node.plain("PUBLISH", new Keys(one).channel(), payload);
    }

    private static long subscribers(RedisServer redis, SessionId one) {
        List<?> counts = (List<?>) redis.command("PUBSUB", "NUMSUB", new Keys(one).channel());
        return Stream.of(counts.get(1)).mapToLong(count -> (Long) count).sum();
    }
}
