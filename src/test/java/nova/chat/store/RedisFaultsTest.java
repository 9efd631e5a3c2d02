package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import nova.chat.protocol.Message;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What happens when Redis goes away, hangs, forgets or refuses. Upper bounds are the promise and some slack. */
class RedisFaultsTest {
    private static final Duration SLACK = Duration.ofSeconds(4);
    private static final Duration COMMAND = RedisLink.COMMAND_TIMEOUT.plus(SLACK);
    private static final Duration RECOVERY = Duration.ofSeconds(2).plus(SLACK);

    private final Loop loop = new Loop();
    private final SessionId session = SessionId.mint();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void listen_to_the_log() {
        log.start();
        root().setLevel(Level.INFO); // whatever a test before this one in the same JVM has set
        root().addAppender(log);
    }

    @AfterEach
    void close_all() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        loop.close();
        root().detachAppender(log);
    }

    @Test
    void a_redis_that_is_away_at_the_start_is_found_when_it_comes() {
        RedisServer redis = running(RedisServer.stopped());
        Store store = storeAt(redis.url());
        within(COMMAND, () -> loop.failure(store::probe));
        within(Duration.ofSeconds(1), () -> loop.failure(store::probe));
        redis.start();
        becomesWell(store);
        assertThat(said(Level.WARN)).hasSize(1).first().asString().contains("away");
        assertThat(said(Level.INFO)).hasSize(1).first().asString().contains("back");
    }

    @Test
    void a_redis_that_was_restarted_in_between_is_there_again(@TempDir Path data) {
        RedisServer redis = running(RedisServer.persistent(data));
        Store store = storeAt(redis.url());
        loop.await(() -> begin(store, "t1", "hello"));
        redis.kill();
        redis.start();
        within(COMMAND, () -> loop.await(() -> store.probe().otherwiseEmpty()));
        becomesWell(store);
        assertThat(loop.await(() -> begin(store, "t2", "next"))).isEqualTo(new Begun.Waiting(1, false));
        assertThat(contents(store)).containsExactly("hello");
    }

    @Test
    void commands_fail_at_once_while_redis_is_gone() {
        RedisServer redis = running(RedisServer.started());
        Store store = storeAt(redis.url());
        loop.await(store::probe);
        redis.kill();
        within(COMMAND, () -> loop.failure(store::probe));
        within(SLACK, () -> {
            for (int i = 0; i < 200; i++) {
                loop.failure(() -> begin(store, "t1", "hello"));
            }
        });
        redis.start();
        becomesWell(store);
        assertThat(said(Level.WARN)).as("not one for each command").hasSize(1);
    }

    @Test
    void a_hung_redis_fails_commands_in_time_and_answers_the_right_ones_afterwards() {
        RedisServer redis = running(RedisServer.started());
        Store store = storeAt(redis.url());
        loop.await(() -> store.keepAgent(session, "agent-of-before"));
        redis.pause();
        List<CompletableFuture<String>> hung = IntStream.range(0, 20)
                .mapToObj(i -> loop.start(() -> store.agent(session)))
                .toList();
        within(COMMAND, () -> hung.forEach(look -> assertFails(look)));
        within(COMMAND, () -> loop.failure(store::probe));
        redis.resume();
        becomesWell(store);
        List<SessionId> ids =
                IntStream.range(0, 50).mapToObj(i -> SessionId.mint()).toList();
        ids.stream()
                .map(id -> loop.start(() -> store.keepAgent(id, "agent-of-" + id)))
                .toList()
                .forEach(Loop::result);
        List<CompletableFuture<String>> looks =
                ids.stream().map(id -> loop.start(() -> store.agent(id))).toList();
        for (int i = 0; i < ids.size(); i++) {
            assertThat(Loop.result(looks.get(i))).isEqualTo("agent-of-" + ids.get(i));
        }
    }

    @Test
    void a_connection_to_a_hung_redis_is_not_kept_with_what_it_was_to_be_sent() {
        RedisServer redis = running(RedisServer.started());
        Store store = storeAt(redis.url());
        loop.await(store::probe);
        redis.pause();
        String large = "x".repeat(8 << 20);
        within(COMMAND, () -> loop.failure(() -> begin(store, "t1", large)));
        redis.resume();
        becomesWell(store);
        await(() -> clients(redis) == 1);
    }

    @Test
    void what_waits_for_a_hung_redis_is_bounded() {
        RedisServer redis = running(RedisServer.started());
        Store store = storeAt(redis.url());
        loop.await(store::probe);
        redis.pause();
        Future<?> last = loop.await(() -> {
            for (int i = 0; i < Waiting.MAX_COMMANDS; i++) {
                store.probe().onFailure(expected -> {});
            }
            return Future.succeededFuture(store.probe());
        });
        assertThat(last.cause()).isInstanceOf(StoreUnavailable.class).hasMessageContaining("too much");
        redis.resume();
        becomesWell(store);
    }

    @Test
    void the_size_of_what_waits_for_a_hung_redis_is_bounded() {
        RedisServer redis = running(RedisServer.started());
        Store store = storeAt(redis.url());
        loop.await(store::probe);
        redis.pause();
        String large = "x".repeat(17 << 20);
        Future<?> last = loop.await(() -> {
            for (int i = 0; i < 4; i++) {
                begin(store, "t1", large).onFailure(expected -> {});
            }
            return Future.succeededFuture(store.probe());
        });
        assertThat(last.cause()).isInstanceOf(StoreUnavailable.class).hasMessageContaining("too much");
    }

    @Test
    void a_wrong_password_is_said_once_and_never_shown() {
        RedisServer redis = running(RedisServer.started("--requirepass", "right"));
        // Without a database to select, the client alone would not notice that a password is missing.
        String host = "127.0.0.1:" + redis.port();
        for (String url : List.of("redis://:wrong-secret@" + host + "/3", "redis://" + host)) {
            Store store = storeAt(url);
            log.list.clear();
            StoreUnavailable first = loop.failure(store::probe);
            StoreUnavailable second = loop.failure(store::probe);
            assertThat(first.getMessage() + second.getMessage()).doesNotContain("secret", "redis://");
            assertThat(said(Level.WARN)).hasSize(1);
        }
        Store store = storeAt("redis://default:right@" + host + "/3");
        loop.await(store::probe);
        assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage).noneMatch(text -> text.contains("secret"));
    }

    @Test
    void a_redis_that_became_a_replica_is_asked_anew() {
        RedisServer redis = running(RedisServer.started());
        Store store = storeAt(redis.url());
        loop.await(store::probe);
        redis.command("CONFIG", "SET", "replica-read-only", "yes");
        redis.command("REPLICAOF", "127.0.0.1", "1");
        long before = connectionsSoFar(redis);
        assertThat(loop.failure(() -> begin(store, "t1", "hello"))).hasMessage("Redis: READONLY");
        redis.command("REPLICAOF", "NO", "ONE");
        becomesWell(store);
        assertThat(loop.await(() -> begin(store, "t1", "hello"))).isInstanceOf(Begun.Running.class);
        assertThat(contents(store)).containsExactly("hello");
        assertThat(connectionsSoFar(redis)).isGreaterThan(before + 2);
    }

    @Test
    void a_closed_store_connects_no_more() {
        RedisServer redis = running(RedisServer.started());
        Store store = storeAt(redis.url());
        loop.await(store::probe);
        loop.await(store::close);
        assertThat(loop.failure(store::probe)).hasMessageContaining("closed");
        await(() -> clients(redis) == 0);
    }

    @Test
    void a_store_closed_while_it_connects_leaves_no_connection() {
        RedisServer redis = running(RedisServer.started());
        Store store = storeAt(redis.url());
        CompletableFuture<Void> probe = loop.start(() -> {
            Future<Void> asked = store.probe();
            return store.close().compose(closed -> asked);
        });
        assertFails(probe);
        await(() -> connectionsSoFar(redis) > 0 && clients(redis) == 0);
    }

    private Future<Begun> begin(Store store, String turn, String content) {
        Question question = StoreScene.question(turn, content);
        return store.begin(session, question, OnBusy.ENQUEUE, "lease-of-" + turn, Position.NONE);
    }

    private List<String> contents(Store store) {
        return loop.await(() -> store.read(session, null, true)).messages().stream()
                .map(Message::content)
                .toList();
    }

    private static void assertFails(CompletableFuture<?> answer) {
        Throwable failure = answer.handle((value, error) -> error)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        assertThat(failure).isInstanceOf(StoreUnavailable.class);
    }

    /** Asks until it answers: within the promised time. */
    private void becomesWell(Store store) {
        within(
                RECOVERY,
                () -> await(() -> loop.await(() -> store.probe().map(true).otherwise(false))));
    }

    private static void await(Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.get()) {
            assertThat(System.nanoTime()).as("awaited in vain").isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static void within(Duration most, Runnable action) {
        long began = System.nanoTime();
        action.run();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(most);
    }

    /** Ours: without the one that asks. */
    private static long clients(RedisServer redis) {
        return ((String) redis.command("CLIENT", "LIST")).lines().count() - 1;
    }

    private static long connectionsSoFar(RedisServer redis) {
        return ((String) redis.command("INFO", "stats"))
                .lines()
                .filter(line -> line.startsWith("total_connections_received:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                .sum();
    }

    /** By our code, that is: the service's own words in its log. */
    private List<String> said(Level level) {
        return List.copyOf(log.list).stream()
                .filter(event ->
                        event.getLevel().equals(level) && event.getLoggerName().startsWith("nova."))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private RedisServer running(RedisServer redis) {
        opened.add(redis);
        return redis;
    }

    private Store storeAt(String url) {
        var store = new RedisStore(loop.vertx, url, StoreScene.turns(StoreScene.MAX_BYTES));
        opened.add(0, () -> loop.await(store::close));
        return store;
    }
}
