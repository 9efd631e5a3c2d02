package nova.chat.store;

import static nova.chat.protocol.Message.State.COMPLETE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import nova.chat.config.Config;
import nova.chat.log.Batch;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.Event.Delta;
import nova.chat.protocol.Event.End;
import nova.chat.protocol.Event.Failure;
import nova.chat.protocol.Event.Said;
import nova.chat.protocol.Event.Started;
import nova.chat.protocol.Message;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.store.Question.Errand;
import nova.chat.store.Store.Progress;
import nova.chat.store.Store.Queue;
import nova.chat.store.Store.Stopped;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store, a session in it, and short words for what is done to them. */
abstract class StoreScene {
    static final int MAX_HISTORY = 6;
    static final int MAX_BYTES = 20 << 20;

    static final Duration LEASE_PAST = Store.LEASE.plusSeconds(1);

    /** Nanoseconds, so that a form which rounds is found out. */
    static final Instant AT = Instant.parse("2026-03-01T12:00:00.123456789Z");

    /** Also takes back that the question departed. */
    static final Progress NO_NEWS = new Progress(0, Set.of(), false);

    static final Progress DEPARTED = new Progress(0, Set.of(), true);
    static final Claimant ANYBODY = new Claimant(false, Set.of(), null);

    final SessionId session = SessionId.mint();
    final Loop loop = new Loop();
    Store store;

    abstract Store open(Vertx vertx, Config.Turns turns);

    /** For the session of this test, and whatever else is in the store. */
    abstract void timePasses(Duration time);

    @BeforeEach
    void open_the_store() {
        store = open(loop.vertx, turns(MAX_BYTES));
    }

    @AfterEach
    void close_the_store() {
        loop.await(store::close);
        loop.close();
    }

    final void bound(int maxBytes) {
        loop.await(store::close);
        store = open(loop.vertx, turns(maxBytes));
    }

    static Config.Turns turns(int maxBytes) {
        return new Config.Turns(MAX_HISTORY, maxBytes, Duration.ofMinutes(5), Duration.ofMinutes(5));
    }

    // messages

    /** Ada's, without a name of its own. */
    static Question question(String turn) {
        return question(turn, turn + "?");
    }

    static Question question(String turn, String content) {
        return new Question(new TurnId(turn), null, content, AT, "ada", OPEN);
    }

    static Question named(String ref, Question question) {
        return new Question(question.turn(), ref, question.content(), AT, question.owner(), question.errand());
    }

    static Question by(@Nullable String owner, Question question) {
        return new Question(question.turn(), question.ref(), question.content(), AT, owner, question.errand());
    }

    static Question on(Errand errand, Question question) {
        return new Question(question.turn(), question.ref(), question.content(), AT, question.owner(), errand);
    }

    static final Errand OPEN = new Errand(Errand.Kind.OPEN, "");

    static Message answer(String turn, String content) {
        return answer(turn, content, COMPLETE);
    }

    static Message answer(String turn, String content, Message.State state) {
        return new Message(Message.Role.ASSISTANT, content, new TurnId(turn), AT, state);
    }

    // events

    static Said said(String turn) {
        return new Said(new TurnId(turn), null, turn + "?");
    }

    static Started started(String turn) {
        return new Started(new TurnId(turn), null);
    }

    static Delta delta(String turn, String literal) {
        return new Delta(new TurnId(turn), Buffer.buffer(literal));
    }

    static End complete(String turn) {
        return new End(new TurnId(turn), End.Reason.COMPLETE, null);
    }

    static Failure refused(String turn) {
        return new Failure(new TurnId(turn), null, ErrorCode.DRAINING, "not here");
    }

    static End stopped(String turn) {
        return new End(new TurnId(turn), End.Reason.STOPPED, null);
    }

    // calls

    @CanIgnoreReturnValue
    Begun begin(Question question) {
        return begin(question, OnBusy.ENQUEUE);
    }

    @CanIgnoreReturnValue
    Begun begin(Question question, OnBusy onBusy) {
        return begin(question, onBusy, Position.NONE);
    }

    @CanIgnoreReturnValue
    Begun begin(Question question, OnBusy onBusy, Position known) {
        String token = "lease-of-" + question.turn();
        return loop.await(() -> store.begin(session, question, onBusy, token, known));
    }

    /** Begins it, where it is to run at once. */
    @CanIgnoreReturnValue
    Lease run(Question question) {
        Begun begun = begin(question);
        assertThat(begun).isInstanceOf(Begun.Running.class);
        return ((Begun.Running) begun).lease();
    }

    @CanIgnoreReturnValue
    Lease run(String turn) {
        return run(question(turn));
    }

    /** A turn from its begin to its end. */
    void talk(String turn, String content, @Nullable Message answer) {
        end(run(question(turn, content)), answer);
    }

    @CanIgnoreReturnValue
    @Nullable
    Lease claim(String token) {
        return claim(token, ANYBODY);
    }

    @CanIgnoreReturnValue
    @Nullable
    Lease claim(String token, Claimant claimant) {
        return loop.await(() -> store.claim(session, token, claimant));
    }

    Lease claimed(String token) {
        return Objects.requireNonNull(claim(token));
    }

    Queue queue() {
        return loop.await(() -> store.queue(session));
    }

    List<String> waiting() {
        return queue().waiting().stream()
                .map(one -> one.question().turn().value())
                .toList();
    }

    @CanIgnoreReturnValue
    Store.@Nullable Departure depart(Lease lease) {
        return loop.await(() -> store.depart(session, lease));
    }

    Store.Departure departure(Lease lease) {
        return Objects.requireNonNull(depart(lease));
    }

    List<Message> conversation(Lease lease) {
        return departure(lease).conversation();
    }

    List<String> contents(Lease lease) {
        return conversation(lease).stream().map(Message::content).toList();
    }

    @CanIgnoreReturnValue
    Written append(Lease lease, long first, Event... events) {
        return append(lease, NO_NEWS, first, events);
    }

    @CanIgnoreReturnValue
    Written append(Lease lease, Progress progress, long first, Event... events) {
        return loop.await(() -> store.append(session, lease, new Batch(first, List.of(events)), progress));
    }

    /** Has the log tell all that waits, in one event each. */
    void tellWaiting(Lease lease) {
        Queue queue = queue();
        List<Event> told = new ArrayList<>();
        queue.waiting().forEach(one -> told.add(said(one.question().turn().value())));
        append(lease, allTold(), top().seq() + 1, told.toArray(Event[]::new));
    }

    /** As somebody says it whose log tells all that waits. */
    Progress allTold() {
        return new Progress(queue().version(), Set.of(), false);
    }

    @CanIgnoreReturnValue
    Written end(Lease lease, @Nullable Message answer) {
        return end(lease, answer, "next");
    }

    /** With one event, the end, and knowing all that waits. */
    @CanIgnoreReturnValue
    Written end(Lease lease, @Nullable Message answer, @Nullable String nextToken) {
        Event end = complete(lease.question().turn().value());
        return end(lease, allTold(), new Batch(top().seq() + 1, List.of(end)), answer, nextToken, ANYBODY);
    }

    @CanIgnoreReturnValue
    Written end(
            Lease lease,
            Progress progress,
            Batch batch,
            @Nullable Message answer,
            @Nullable String nextToken,
            Claimant claimant) {
        return loop.await(() -> store.end(session, lease, batch, progress, answer, nextToken, claimant));
    }

    void retract(String turn, String token) {
        loop.await(() -> store.retract(session, new TurnId(turn), token));
    }

    @CanIgnoreReturnValue
    @Nullable
    TurnId stop(@Nullable String turn, @Nullable String ref) {
        Stopped stopped = loop.await(() -> store.stop(session, turn == null ? null : new TurnId(turn), ref));
        return stopped.turn();
    }

    @CanIgnoreReturnValue
    @Nullable
    TurnId cancel(String ref) {
        return loop.await(() -> store.cancel(session, ref)).turn();
    }

    static Lease next(Written written) {
        assertThat(written).isInstanceOf(Written.Ended.class);
        return Objects.requireNonNull(((Written.Ended) written).next());
    }

    Reading read(@Nullable Position from) {
        return loop.await(() -> store.read(session, from, true));
    }

    Reading read() {
        return read(null);
    }

    Position top() {
        return read().top();
    }

    List<Event> eventsAfter(Position from) {
        Reading reading = read(from);
        assertThat(reading.since()).isEqualTo(Reading.Since.CONTINUES);
        return events(reading, from);
    }

    /** All that the log tells in the epoch that it is in. */
    List<Event> events() {
        return eventsAfter(new Position(top().epoch(), 0));
    }

    static List<Event> events(Reading reading, Position from) {
        long seq = from.seq();
        List<Event> events = new ArrayList<>();
        for (Batch batch : reading.batches()) {
            assertThat(batch.first()).as("the number after the last").isEqualTo(seq + 1);
            events.addAll(batch.events());
            seq = batch.last();
        }
        return events;
    }

    /** Role, state and text of all that is kept, as a reader finds it. */
    List<String> messages() {
        return read().messages().stream()
                .map(message -> message.role() + " " + message.state() + " " + message.content())
                .toList();
    }
}
