package nova.chat.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import nova.chat.log.Cursor;
import nova.chat.log.Log;
import nova.chat.orchestrator.Call;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.turn.Question;
import nova.chat.turn.Turn;
import nova.chat.turn.Turns;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One conversation, while somebody looks at it or something runs in it: at most one live turn, the messages that wait
 * for it in order, and whose it is. What lasts is in the store; this is made anew from there at any time.
 */
public final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    /** A person waiting for an answer does not write more; what does is a program, and it is told to slow down. */
    private static final int MAX_WAITING = 20;

    /** What became of a message, at once. */
    public enum Asked {
        /** It has a turn; its end will be in the log. */
        ACCEPTED,
        /** Too many wait already. */
        QUEUE_FULL,
        /** The session belongs to another key. */
        FORBIDDEN,
        /** The process is ending. */
        DRAINING
    }

    private final SessionId id;
    private final Turns turns;
    private final Log log;
    /** Told when this may have nothing left to do. */
    private final Consumer<Session> idle;

    private final Budget budget;

    private final Deque<Question> waiting = new ArrayDeque<>();
    private @Nullable Turn running;
    private @Nullable String owner;
    private boolean draining;

    Session(SessionId id, Turns turns, Log log, Budget budget, Consumer<Session> idle) {
        this.id = id;
        this.turns = turns;
        this.log = log;
        this.budget = budget;
        this.idle = idle;
    }

    public SessionId id() {
        return id;
    }

    /** Whether somebody with this principal may read and write here. */
    public boolean admits(@Nullable String principal) {
        return owner == null || owner.equals(principal); // hashes: how long it takes to compare them tells nothing
    }

    /** Follows from the start of the running turn, if there is one: for whoever comes back to see its answer. */
    public Cursor followRunning(Runnable grew) {
        return log.followKept(grew);
    }

    /**
     * Follows what is accepted from now on: for whoever comes with a message, and will take the first end for its own.
     * What runs or waits already is somebody else's, or its own from before.
     */
    public Cursor followNew(Runnable grew) {
        Set<TurnId> earlier = waiting.stream().map(Question::turn).collect(Collectors.toCollection(HashSet::new));
        if (running != null) {
            earlier.add(running.id());
        }
        return log.followNew(Set.copyOf(earlier), grew);
    }

    /** Ends a viewer's following; the session goes when nobody follows and nothing runs. */
    public void leave(Cursor cursor) {
        cursor.close();
        idle.accept(this);
    }

    /** Takes a message: runs it now, or after those before it. */
    public Asked ask(String content, @Nullable String principal, Call call) {
        if (draining) {
            return Asked.DRAINING;
        }
        if (!admits(principal)) {
            return Asked.FORBIDDEN;
        }
        if (!takeRoom(content)) {
            return Asked.QUEUE_FULL;
        }
        if (owner == null) {
            owner = principal;
        }
        Question question = new Question(TurnId.mint(), content, principal, call);
        if (running == null) {
            run(question);
        } else {
            waiting.add(question);
            log.append(new Event.Queued(question.turn(), null, waiting.size(), Event.Queued.Reason.BUSY));
        }
        return Asked.ACCEPTED;
    }

    /** Whether nothing runs and nothing waits. */
    public boolean isIdle() {
        return running == null;
    }

    boolean isFollowed() {
        return log.isFollowed();
    }

    /** What the store says of it. It is right also against us: another process may have begun what was open here. */
    void ownedBy(@Nullable String principal) {
        if (principal != null) {
            owner = principal;
        }
    }

    /** Takes no more messages; what waits is told so, what runs goes on. */
    void drain() {
        draining = true;
        for (Question question : waiting) {
            log.append(new Event.Failure(
                    question.turn(), null, ErrorCode.DRAINING, "The service is restarting. Send this message again."));
            LOG.atWarn()
                    .addKeyValue("session", id)
                    .addKeyValue("turn", question.turn())
                    .addKeyValue("end", ErrorCode.DRAINING.wire())
                    .log("turn ended");
        }
        waiting.forEach(question -> budget.giveBack(question.content()));
        waiting.clear();
    }

    void interrupt() {
        if (running != null) {
            running.interrupt();
        }
    }

    private void run(Question question) {
        Turn turn = turns.turn(id, log, question);
        running = turn;
        turn.run().onComplete(ended -> {
            running = null;
            budget.giveBack(question.content());
            Question next = waiting.poll();
            if (next != null) {
                run(next);
            } else {
                budget.giveBackTurn();
                idle.accept(this);
            }
        });
    }

    /** For its text until its end, and, where it need not wait for another, for its turn. */
    private boolean takeRoom(String content) {
        boolean first = running == null;
        if (first ? !budget.takeTurn() : waiting.size() >= MAX_WAITING) {
            return false;
        }
        boolean taken = budget.take(content);
        if (first && !taken) {
            budget.giveBackTurn();
        }
        return taken;
    }
}
