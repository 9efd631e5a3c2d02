package nova.chat.session;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.SecretKey;
import nova.chat.log.Cursor;
import nova.chat.log.Log;
import nova.chat.log.Taken;
import nova.chat.log.TextBudget;
import nova.chat.orchestrator.Call;
import nova.chat.protocol.Event;
import nova.chat.protocol.Message;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.store.Shared;
import nova.chat.testing.Bridge;
import nova.chat.testing.Stage;
import org.jspecify.annotations.Nullable;

/** One replica of the service, as far as sessions go: used from a test's thread. */
final class Replica {
    private static final int TEXT_BYTES = 10_000_000;

    private final Stage stage;
    private final TextBudget texts = new TextBudget(TEXT_BYTES);
    final Shared.Way store;
    final Sessions sessions;

    Replica(Stage stage, Shared shared, Optional<SecretKey> secret) {
        this.stage = stage;
        this.store = stage.on(shared::way);
        this.sessions = stage.on(() -> new Sessions(
                stage.loop(), stage.turns(Stage.CONFIG.turns(), store), new Budget(1_000_000, 100), texts, secret));
    }

    /** Whether any log holds any text. */
    boolean holdsText() {
        return stage.on(() ->
                !new Log(Runnable::run, 0, texts, (seq, event) -> {}).hasRoomFor(Buffer.buffer(new byte[TEXT_BYTES])));
    }

    Session session(SessionId id) {
        return stage.await(() -> sessions.find(id)).session();
    }

    /** Sends a message, as a connection that has found the session. */
    @CanIgnoreReturnValue
    Asked ask(SessionId id, String content) {
        return ask(id, content, null, OnBusy.ENQUEUE, Stage.CALL);
    }

    @CanIgnoreReturnValue
    Asked ask(SessionId id, String content, @Nullable String ref, OnBusy onBusy, Call call) {
        String principal = call.key() == null ? null : "hash of " + call.key();
        return stage.await(() -> sessions.find(id)
                .compose(found -> found.session().ask(new Asking(content, ref, onBusy, principal, call))));
    }

    /** Comes as a connection does: finds the session, and joins it at once. */
    Viewer view(SessionId id, @Nullable Position from) {
        return stage.await(() -> sessions.find(id).compose(found -> {
            AtomicInteger grown = new AtomicInteger();
            return found.session()
                    .join(from, grown::incrementAndGet)
                    .map(joined -> new Viewer(found.session(), joined, grown));
        }));
    }

    /** Kills it: nothing that it does comes through any more. */
    void lose() {
        stage.on(() -> {
            store.cut();
            return null;
        });
    }

    void drain() {
        stage.await(() -> sessions.drain(Duration.ZERO));
    }

    /** Somebody who looks at a session, and notes what is to be seen. */
    final class Viewer {
        final Session session;
        final Joined joined;
        final AtomicInteger grown;
        final List<Event> seen = new ArrayList<>();
        private final Cursor cursor;

        Viewer(Session session, Joined joined, AtomicInteger grown) {
            this.session = session;
            this.joined = joined;
            this.grown = grown;
            this.cursor = joined.cursor();
        }

        /** All so far, in words; text in one piece. Where the log has moved, it says so. */
        @CanIgnoreReturnValue
        List<String> seen() {
            return stage.on(() -> {
                for (Taken taken = cursor.next(1); taken != null; taken = cursor.next(1)) {
                    seen.add(taken.event());
                }
                return words(seen);
            });
        }

        @CanIgnoreReturnValue
        List<String> await(String word) {
            Bridge.eventually(word + " in what was seen", () -> seen().contains(word));
            return seen();
        }

        /** Text that was seen of all answers. */
        String text() {
            seen();
            StringBuilder text = new StringBuilder();
            for (Event event : seen) {
                if (event instanceof Event.Delta delta) {
                    text.append(delta.literal());
                }
            }
            return text.toString();
        }

        Position position() {
            return stage.on(cursor::position);
        }

        @CanIgnoreReturnValue
        Snapshot settle() {
            return stage.await(() -> session.resettle(cursor));
        }

        boolean hasMoved() {
            return stage.on(cursor::hasMoved);
        }

        void leave() {
            stage.on(() -> {
                session.leave(cursor);
                return null;
            });
        }

        Snapshot snapshot() {
            return ((Joined.Reset) joined).snapshot();
        }
    }

    static List<String> messages(List<Message> messages) {
        return messages.stream()
                .map(message -> message.role() + " " + message.state() + " " + message.content())
                .toList();
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
        if (event instanceof Event.Said said) {
            return "said " + said.content();
        }
        String what = event.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        if (event instanceof Event.Queued queued) {
            return what + " " + queued.position();
        }
        if (event instanceof Event.End end) {
            return what + " " + end.reason();
        }
        return event instanceof Event.Failure failure ? what + " " + failure.code() : what;
    }
}
