package nova.chat.session;

import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import nova.chat.log.Cursor;
import nova.chat.log.Log;
import nova.chat.orchestrator.Call;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.Message;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.protocol.Welcome.Pending;
import nova.chat.store.News;
import nova.chat.store.Reading;
import nova.chat.store.Store;
import nova.chat.turn.Turn;
import nova.chat.turn.Turns;
import org.jspecify.annotations.Nullable;

/**
 * One conversation, while somebody here looks at it or something of it runs here: its log, written by the turn that runs
 * here or else filled from the store; and whose it is. What lasts is in the store; this is made anew from there at any
 * time, on any replica.
 */
public final class Session {
    private final SessionId id;
    private final Store store;
    private final Log log;
    private final Course course = new Course();
    private final Mirror mirror;
    private final Runner runner;
    private final Viewing viewing;
    private final Runnable idle;
    private @Nullable String owner;
    private int holds;

    /**
     * One that nothing is known of.
     *
     * @param logs makes its log, given who observes it
     * @param idle told when this may have nothing left to do
     */
    Session(SessionId id, Turns turns, Function<Log.Observer, Log> logs, Budget budget, Seal seal, Runnable idle) {
        this.id = id;
        this.store = turns.store();
        this.log = logs.apply(this::appended);
        this.mirror = new Mirror(turns.vertx(), store, id, log, course, this::belongs);
        this.runner = new Runner(id, turns, log, mirror, budget, seal, idle);
        this.viewing = new Viewing(turns.vertx(), store, id, log, mirror, course);
        this.idle = idle;
    }

    public SessionId id() {
        return id;
    }

    /** Whether somebody with this principal may read and write here. */
    public boolean admits(@Nullable String principal) {
        return owner == null || owner.equals(principal); // hashes: how long it takes to compare them tells nothing
    }

    /** Where its log ends now, as far as is known here. */
    public Position top() {
        return log.top();
    }

    /** What runs, or else what waits; null when it is idle. */
    public @Nullable Pending live() {
        return course.live();
    }

    /** Whether no turn of it runs on this replica. */
    public boolean isIdle() {
        return runner.isIdle();
    }

    // viewers

    /** Follows from the start of the running turn, if there is one: for whoever comes back to see its answer. */
    public Cursor followRunning(Runnable grew) {
        return log.follow(Math.max(log.kept(), log.forgotten()), grew);
    }

    /**
     * Follows what is accepted from now on: for whoever comes with a message, and will take the first end for its own.
     * What runs or waits already is somebody else's, or its own from before.
     */
    public Cursor followNew(Runnable grew) {
        return log.followNew(course.open(), grew);
    }

    /**
     * Follows from a position, or from a snapshot where there is no going on from it. Fails as the store does.
     *
     * @param from null: from a snapshot
     */
    public Future<Joined> join(@Nullable Position from, Runnable grew) {
        return held(() -> viewing.join(from, grew));
    }

    /** What a viewer whose cursor has moved is to know before it goes on from there. Fails as the store does. */
    public Future<Snapshot> resettle(Cursor cursor) {
        return held(() -> viewing.resettle(cursor));
    }

    /** The conversation, oldest first. Fails as the store does. */
    public Future<List<Message>> history() {
        return held(viewing::conversation);
    }

    /** What is read for somebody who does not follow yet is read into this session, and not into one that was forgotten. */
    private <T> Future<T> held(Supplier<Future<T>> question) {
        hold();
        return question.get().onComplete(done -> {
            letGo();
            idle.run();
        });
    }

    /** Ends a viewer's following; the session goes when nobody follows and nothing runs. */
    public void leave(Cursor cursor) {
        cursor.close();
        idle.run();
    }

    // messages

    /** Takes a message: it runs now, or after those before it. Never fails. */
    public Future<Asked> ask(Asking message) {
        if (!admits(message.principal())) {
            return Future.succeededFuture(new Asked.Refused(ErrorCode.FORBIDDEN_SESSION));
        }
        return runner.ask(message).compose(asked -> {
            boolean foreign = asked instanceof Asked.Refused refused && refused.code() == ErrorCode.FORBIDDEN_SESSION;
            if (foreign) {
                return refresh().transform(read -> Future.succeededFuture(asked)); // to know whose it is
            }
            if (owner == null && !(asked instanceof Asked.Refused)) {
                owner = message.principal();
            }
            return Future.succeededFuture(asked);
        });
    }

    /** Somebody is here whose key may be what a waiting message waits for. */
    public void bring(@Nullable String principal, Supplier<Call> call) {
        if (principal != null && course.running() == null && course.somethingWaits()) {
            runner.claim(principal, call.get());
        }
    }

    /**
     * Stops a turn, wherever it runs or waits; without a name the one that runs. Answers which, or null where there is
     * none. Fails as the store does, but for a turn that runs here: that is stopped whatever the store does.
     */
    public Future<@Nullable TurnId> stop(@Nullable TurnId turn, @Nullable String ref) {
        Turn here = runner.running();
        boolean mine = here != null && (turn != null ? here.id().equals(turn) : ref == null || ref.equals(here.ref()));
        return here != null && mine ? stop(here) : stopElsewhere(turn, ref);
    }

    /** By its name also in the store: what runs when that hears of it may be the next one. */
    private Future<@Nullable TurnId> stop(Turn here) {
        here.stop();
        return store.stop(id, here.id(), null).otherwiseEmpty().map(done -> here.id());
    }

    private Future<@Nullable TurnId> stopElsewhere(@Nullable TurnId turn, @Nullable String ref) {
        return store.stop(id, turn, ref).onComplete(done -> runner.attend()).map(Store.Stopped::turn);
    }

    /** Stops a message only if it waits. Answers its turn, or null where none of that name does. */
    public Future<@Nullable TurnId> cancel(String ref) {
        return store.cancel(id, ref).onComplete(done -> runner.attend()).map(Store.Stopped::turn);
    }

    // what happens to it

    /** Reads what is not known here yet. Fails as the store does. */
    Future<Void> refresh() {
        hold();
        Set<TurnId> open = course.open();
        return mirror.refresh()
                .<Void>map(reading -> {
                    seen(reading);
                    endedUnheard(open);
                    return null;
                })
                .onComplete(done -> letGo());
    }

    /** Something may have been left behind by a replica that was lost: whatever can be run here is. */
    void visit() {
        runner.claim(null, null);
    }

    /** Not to be forgotten until {@link #letGo}. */
    void hold() {
        holds++;
    }

    void letGo() {
        holds--;
    }

    private void seen(Reading reading) {
        if (reading.free()) {
            runner.claimSoon();
        }
    }

    /** Right also against us: another replica may have begun what was open here. */
    private void belongs(String principal) {
        owner = principal;
    }

    /** Where the log was left behind, the ends of some are not told here; nothing may be held for them. */
    private void endedUnheard(Set<TurnId> open) {
        Set<TurnId> stillOpen = course.open();
        open.stream().filter(turn -> !stillOpen.contains(turn)).forEach(runner::endTold);
    }

    void hear(News news) {
        news.match(new News.Cases<Runnable>() {
                    @Override
                    public Runnable grown(News.Grown grown) {
                        return mirror.hear(grown) ? Session.this::refreshQuietly : () -> {};
                    }

                    @Override
                    public Runnable changed(News.Changed changed) {
                        return Session.this::refreshQuietly;
                    }

                    @Override
                    public Runnable called(News.Called called) {
                        return runner::attend;
                    }
                })
                .run();
    }

    void tick(long nowNanos) {
        if (mirror.isDue(nowNanos)) {
            refreshQuietly();
        }
    }

    /** Where the store is away, it is due again at the next tick. */
    private void refreshQuietly() {
        refresh().onComplete(done -> idle.run());
    }

    private void appended(long seq, Event event) {
        course.follow(log, seq, event);
        TurnId turn = event.turn();
        if (turn != null && (event instanceof Event.End || event instanceof Event.Failure)) {
            runner.endTold(turn);
            if (course.running() == null && course.somethingWaits()) {
                runner.claimSoon(); // whoever ran it may not be able to run what waits
            }
        }
    }

    /** Whether something would be lost if this were forgotten now. */
    boolean isNeeded() {
        return holds > 0 || log.isFollowed() || runner.isNeeded();
    }

    /** Gives back the memory of what it has read. */
    void forget() {
        log.forget();
    }

    /** Takes no more messages; what runs goes on. */
    void drain() {
        runner.drain();
    }

    void interrupt() {
        runner.interrupt();
    }
}
