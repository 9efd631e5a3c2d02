package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import nova.chat.config.Config;
import nova.chat.log.Batch;
import nova.chat.protocol.Message;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a connection and a replica: each session's owner, agent, conversation, log and waiting messages; and who
 * may write. Two tenants, memory and Redis, pass one contract test.
 *
 * <p>Every call may fail, and only with {@link StoreUnavailable}, within the store's command timeout; nothing here ever
 * throws or blocks. Called and answered on the service's event loop; the answers of calls for one session come in the
 * order of the calls. Every change is one atomic step and may safely be repeated.
 *
 * <p>A lease that is past is <em>abandoned</em> by the next call for its session, whichever it is, {@link #append} and
 * {@link #end} with that very lease excepted: they renew it. To abandon is to begin a new epoch whose log says what became
 * of the turn: {@code error{interrupted}} with the text so far kept in the conversation as {@code INTERRUPTED}; or, where
 * a stop was asked for, {@code stream_end{stopped}} and {@code STOPPED}; or nothing, where it had not departed: then its
 * message waits again, before all others.
 */
public interface Store {
    /** How long a session is kept after its last message: as long as the original bridge keeps its agent. */
    Duration KEPT = Duration.ofDays(7);

    /** How long the log is kept after the last turn's end: to come back to; later there is the conversation. */
    Duration LOG_KEPT = Duration.ofMinutes(10);

    /** How long a lease lasts without a write. */
    Duration LEASE = Duration.ofSeconds(10);

    /** How long a message's own name is known. */
    Duration REF_KEPT = Duration.ofHours(24);

    /** How long a stop waits for the message that it overtook. */
    Duration STOP_KEPT = Duration.ofSeconds(60);

    /** A person waiting for an answer does not write more; what does is a program, and it is told to slow down. */
    int MAX_WAITING = 20;

    /**
     * The store that the operator chose; one in Redis connects later, by itself.
     *
     * @throws IllegalArgumentException if the Redis URL is none; without its text, which may hold a password
     */
    static Store open(Vertx vertx, Config.Storage storage, Config.Turns turns) {
        return storage.redis()
                .<Store>map(url -> new RedisStore(vertx, url, turns))
                .orElseGet(() -> new MemoryStore(vertx, turns));
    }

    /** A name for a lease that nobody has had. */
    static String token() {
        return UUID.randomUUID().toString();
    }

    // a message

    /**
     * Takes a message: stores it, and gives the right to run it if nothing runs and nothing waits. Takes the session for
     * its owner if it has none. The session's first message begins its first epoch.
     *
     * @param token names the lease, if one is given; the same for a repeated call
     * @param known how far the caller has seen the log: one that has fallen behind it has lost writes, and begins a new
     *     epoch
     */
    Future<Begun> begin(SessionId session, Question question, OnBusy onBusy, String token, Position known);

    /**
     * Takes a message back whose {@link #begin} was not answered, since nobody was told that it was accepted: whether it
     * was, or is still on its way, it will not run. One that waits is stopped; one that runs is forgotten, if its lease was
     * never used. Not for a message with a name of its own: its sender may have sent it again meanwhile, and been told that
     * it is known.
     *
     * @param token as given to {@link #begin}
     */
    Future<Void> retract(SessionId session, TurnId turn, String token);

    /**
     * Gives the right to run the oldest waiting message, if nothing runs and the claimant can run it; else null.
     *
     * @param token names the lease, if one is given; the same for a repeated call
     */
    Future<@Nullable Lease> claim(SessionId session, String token, Claimant claimant);

    /**
     * All that wait, oldest first, also what the log does not tell yet.
     *
     * @param version grows with every change that whoever holds the lease is to tell
     */
    record Queue(long version, List<Waiting> waiting) {}

    /**
     * A message that waits.
     *
     * @param added the queue's version that brought it
     * @param stopped it will never run: whoever holds the lease tells its end, and drops it
     */
    record Waiting(Question question, long added, boolean stopped) {}

    Future<Queue> queue(SessionId session);

    // a turn

    /**
     * What a turn sends upstream.
     *
     * @param conversation oldest first, ends with the question; only what is built upon
     */
    record Departure(@Nullable String agentId, List<Message> conversation) {}

    /**
     * Notes that the question is about to go upstream, after which nobody else may run it, and answers what to send; null
     * where the lease was lost.
     */
    Future<@Nullable Departure> depart(SessionId session, Lease lease);

    /** Remembers which agent serves the session, in the form that the original bridge reads and writes too. */
    Future<Void> keepAgent(SessionId session, String agentId);

    /**
     * What is written besides events.
     *
     * @param told the version of the queue that the log tells, this batch included
     * @param dropped waiting messages whose end is in this batch: they wait no longer
     * @param departed whether the question may have gone upstream; false takes back what {@link #depart} noted
     */
    record Progress(long told, Set<TurnId> dropped, boolean departed) {}

    /**
     * Appends to the log, and renews the lease. With an empty batch it only renews. What is there already is passed over.
     */
    Future<Written> append(SessionId session, Lease lease, Batch batch, Progress progress);

    /**
     * Ends the turn: appends the last of its events, stores its answer, and goes on to the oldest waiting message or lets
     * go of the lease.
     *
     * @param answer null where there is nothing to keep. One that is neither complete nor stopped pushes nothing out of
     *     the conversation
     * @param nextToken names the next lease, if one is given; null to let go in any case
     */
    Future<Written> end(
            SessionId session,
            Lease lease,
            Batch batch,
            Progress progress,
            @Nullable Message answer,
            @Nullable String nextToken,
            Claimant claimant);

    /**
     * Gives a lease again that the store has lost, and with it the session, if that is gone: its owner, its epoch, the
     * question. The log then ends where the lease began. Answers whether it was given; it is not where another was given
     * meanwhile.
     */
    Future<Boolean> restore(SessionId session, Lease lease);

    // a stop

    /**
     * What {@link #stop} or {@link #cancel} found.
     *
     * @param turn null where there was nothing
     */
    record Stopped(@Nullable TurnId turn) {}

    /**
     * Stops a turn that runs, or that waits. Final: nothing undoes it. An unknown {@code ref} is remembered for
     * {@link #STOP_KEPT}: its message is then accepted, and never runs.
     *
     * @param turn null, and {@code ref} too: the one that runs
     * @param ref the client's own name of the message
     */
    Future<Stopped> stop(SessionId session, @Nullable TurnId turn, @Nullable String ref);

    /** Stops a message only if it waits. */
    Future<Stopped> cancel(SessionId session, String ref);

    // viewers

    /**
     * Reads a session, and its log from a position on.
     *
     * @param from null: the start of the running turn, or the end where none runs
     * @param messages whether the conversation is wanted too
     */
    Future<Reading> read(SessionId session, @Nullable Position from, boolean messages);

    /** The agent that serves a session; null where none does yet. */
    Future<@Nullable String> agent(SessionId session);

    /** From now on told of what happens in a session, on the event loop, until {@link #unfollow}. One ear a session. */
    void follow(SessionId session, Consumer<News> ear);

    void unfollow(SessionId session);

    /** Sessions whose lease may be past, or in which something waits and nothing runs; a hundred at most. */
    Future<List<SessionId>> due();

    // the store itself

    /** Whether other replicas may use it too: what waits in it outlives this process. */
    boolean isShared();

    /** Succeeds when the store works, now. */
    Future<Void> probe();

    /** {@code memory} or {@code redis}: said by the log and by readiness. */
    String kind();

    Future<Void> close();
}
