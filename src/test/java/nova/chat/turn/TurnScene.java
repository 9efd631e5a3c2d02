package nova.chat.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import nova.chat.config.Config;
import nova.chat.log.Batch;
import nova.chat.log.Cursor;
import nova.chat.log.Log;
import nova.chat.log.Taken;
import nova.chat.log.TextBudget;
import nova.chat.protocol.Event;
import nova.chat.protocol.Message;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.store.Around;
import nova.chat.store.Begun;
import nova.chat.store.Claimant;
import nova.chat.store.Lease;
import nova.chat.store.Question;
import nova.chat.store.Reading;
import nova.chat.store.Store;
import nova.chat.testing.Service;
import nova.chat.testing.Stage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** One session on one replica, with a store that fails as the test likes, and a viewer that sees all. */
abstract class TurnScene {
    static final int ALL = Integer.MAX_VALUE / 2;

    final Stage stage = new Stage();
    final SessionId session = new SessionId("s");
    Duration passed = Duration.ZERO;
    Config.Turns limits = Stage.CONFIG.turns();
    Faulty store;
    Log log;
    Cursor viewer;
    final List<Event> seen = new ArrayList<>();

    @BeforeEach
    void set() {
        store = new Faulty(stage.vertx(), memory());
        log = new Log(
                task -> stage.loop().runOnContext(v -> task.run()), 4_000_000, new TextBudget(8_000_000), (s, e) -> {});
        viewer = log.followNew(Set.of(), () -> {});
    }

    @AfterEach
    void clear() {
        stage.close();
    }

    final Store memory() {
        return Around.memory(stage.vertx(), limits, () -> Instant.now().plus(passed));
    }

    // what happens

    static Question question(String turn) {
        return new Question(
                new TurnId(turn),
                "ref-" + turn,
                "what is " + turn,
                Instant.now(),
                null,
                new Question.Errand(Question.Errand.Kind.OPEN, ""));
    }

    /** Begins the first turn, whose lease it answers. */
    final Lease begin(String turn) {
        Begun begun = stage.await(
                () -> store.inner().begin(session, question(turn), OnBusy.ENQUEUE, Store.token(), log.top()));
        assertThat(begun).isInstanceOf(Begun.Running.class);
        return ((Begun.Running) begun).lease();
    }

    /** A message that comes while a turn runs, by way of another replica: nobody here is told. */
    final void say(String turn) {
        Begun begun = stage.await(
                () -> store.inner().begin(session, question(turn), OnBusy.ENQUEUE, Store.token(), Position.NONE));
        assertThat(begun).isInstanceOf(Begun.Waiting.class);
    }

    /** A running turn. */
    record Run(Turn turn, Future<Turn.Outcome> over) {
        @CanIgnoreReturnValue
        Turn.Outcome outcome() {
            return Service.await(over);
        }
    }

    final Run run(Lease lease) {
        return run(lease, stage.turns(limits, store));
    }

    final Run run(Lease lease, Turns turns) {
        return stage.on(() -> {
            if (!log.top().equals(lease.from())) {
                log.moveTo(lease.from(), Set.of());
            }
            Turn turn = turns.turn(session, log, lease, Stage.CALL, new Heirs());
            return new Run(turn, turn.run());
        });
    }

    final Run run(String turn) {
        return run(begin(turn));
    }

    private static final class Heirs implements Turn.Heirs {
        @Override
        public @Nullable String nextToken() {
            return Store.token();
        }

        @Override
        public Claimant claimant() {
            return new Claimant(false, Set.of(), null);
        }
    }

    // what is to be seen of it

    /** What the viewer has seen, text in one piece; its entries stay here for {@link #seen}. */
    @CanIgnoreReturnValue
    final List<String> seen() {
        return stage.on(() -> {
            for (Taken taken = viewer.next(1); taken != null; taken = viewer.next(1)) {
                seen.add(taken.event());
            }
            return words(seen);
        });
    }

    /** All ends that the viewer has seen. */
    final List<Event> ends() {
        seen();
        return seen.stream()
                .filter(event -> event instanceof Event.End || event instanceof Event.Failure)
                .toList();
    }

    final void eventuallySeen(String word) {
        nova.chat.testing.Bridge.eventually(word + " in " + seen, () -> seen().contains(word));
    }

    @CanIgnoreReturnValue
    final Reading reading() {
        return stage.await(() -> store.inner().read(session, new Position(log.epoch(), 0), true));
    }

    /** What the store's log says. */
    final List<String> stored() {
        List<Event> events = new ArrayList<>();
        for (Batch batch : reading().batches()) {
            assertThat(batch.first()).isEqualTo(events.size() + 1);
            events.addAll(batch.events());
        }
        return words(events);
    }

    /** How many events the store's log has. */
    final long storedTop() {
        return reading().top().seq();
    }

    final List<String> messages() {
        return reading().messages().stream().map(TurnScene::words).toList();
    }

    private static String words(Message message) {
        return message.role() + " " + message.state() + " " + message.content();
    }

    static List<String> words(List<Event> events) {
        List<String> words = new ArrayList<>();
        boolean inText = false;
        for (Event event : events) {
            boolean text = event instanceof Event.Delta;
            if (text && inText) {
                words.set(words.size() - 1, words.get(words.size() - 1) + word(event));
            } else {
                words.add(word(event));
            }
            inText = text;
        }
        return words;
    }

    private static String word(Event event) {
        if (event instanceof Event.Delta delta) {
            return delta.literal().toString();
        }
        String what = event.getClass().getSimpleName().toLowerCase(Locale.ROOT) + " " + event.turn();
        if (event instanceof Event.Queued queued) {
            return what + " " + queued.position();
        }
        if (event instanceof Event.End end) {
            return what + " " + end.reason();
        }
        return event instanceof Event.Failure failure ? what + " " + failure.code() : what;
    }
}
