package nova.chat.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import nova.chat.config.Config;
import nova.chat.config.Environment;
import nova.chat.log.Cursor;
import nova.chat.log.Log;
import nova.chat.log.TextBudget;
import nova.chat.orchestrator.Call;
import nova.chat.orchestrator.Orchestrator;
import nova.chat.orchestrator.Trace;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.Message;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.standin.StandIn;
import nova.chat.store.MemoryStore1;
import nova.chat.store.Store;
import nova.chat.testing.Service;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A turn has exactly one end, also where something that never fails does. */
class TurnTest {
    private static final Config CONFIG = Environment.read(java.util.Map.of());

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private StandIn upstream;

    @BeforeEach
    void start() {
        upstream = Service.await(StandIn.start(vertx, StandIn.Options.local()));
        upstream.control()
                .always(Endpoint.STREAM, Script.stream().text("answer").done());
    }

    @AfterEach
    void stop() {
        Service.await(upstream.close());
        Service.await(vertx.close());
    }

    @Test
    void an_answer_ends_once() {
        assertThat(ends(new Breaking(false, false))).singleElement().isInstanceOf(Event.End.class);
    }

    @Test
    void a_store_that_throws_when_the_turn_begins_ends_it_as_internal() {
        assertThat(ends(new Breaking(true, false))).singleElement().satisfies(TurnTest::isInternal);
    }

    @Test
    void a_store_that_throws_when_the_turn_ends_ends_it_as_internal() {
        assertThat(ends(new Breaking(false, true))).singleElement().satisfies(TurnTest::isInternal);
    }

    private static void isInternal(Event end) {
        assertThat(end)
                .isInstanceOfSatisfying(
                        Event.Failure.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL));
    }

    /** All ends that the log holds once the turn says that it is over. */
    private List<Event> ends(Store store) {
        Promise<List<Event>> seen = Promise.promise();
        loop.runOnContext(v -> {
            Orchestrator orchestrator = new Orchestrator(vertx, CONFIG.upstream(), upstream.url(), 10, 1_000_000);
            Log log = new Log(task -> loop.runOnContext(w -> task.run()), 1_000_000, new TextBudget(1_000_000));
            Cursor cursor = log.followNew(java.util.Set.of(), () -> {});
            Question question = new Question(TurnId.mint(), "hi", null, new Call(null, "127.0.0.1", Trace.of(null)));
            new Turns(vertx, CONFIG.turns(), store, orchestrator)
                    .turn(new SessionId("s"), log, question)
                    .run()
                    .map(over -> ends(cursor))
                    .onComplete(seen);
        });
        return Service.await(seen.future());
    }

    private static List<Event> ends(Cursor cursor) {
        List<Event> ends = new ArrayList<>();
        for (Event event = cursor.next(1_000); event != null; event = cursor.next(1_000)) {
            if (event instanceof Event.End || event instanceof Event.Failure) {
                ends.add(event);
            }
        }
        return ends;
    }

    /** A store with a bug. */
    private record Breaking(boolean atBegin, boolean atEnd, Store sound) implements Store {
        Breaking(boolean atBegin, boolean atEnd) {
            this(atBegin, atEnd, new MemoryStore1(CONFIG.turns()));
        }

        @Override
        public Future<Begun> begin(SessionId session, @Nullable String owner, Message question) {
            if (atBegin) {
                throw new IllegalStateException("on purpose");
            }
            return sound.begin(session, owner, question);
        }

        @Override
        public Future<Void> end(SessionId session, Message answer) {
            if (atEnd) {
                throw new IllegalStateException("on purpose");
            }
            return sound.end(session, answer);
        }

        @Override
        public Future<Known> look(SessionId session) {
            return sound.look(session);
        }

        @Override
        public Future<Void> keepAgent(SessionId session, String agentId) {
            return sound.keepAgent(session, agentId);
        }

        @Override
        public Future<Void> probe() {
            return sound.probe();
        }

        @Override
        public String kind() {
            return sound.kind();
        }

        @Override
        public Future<Void> close() {
            return sound.close();
        }
    }
}
