package nova.chat.store;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import nova.chat.config.Config;
import nova.chat.log.Batch;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.Event.End;
import nova.chat.protocol.Event.Failure;
import nova.chat.protocol.JsonText;
import nova.chat.protocol.Message;
import nova.chat.protocol.Position;
import nova.chat.protocol.TurnId;
import nova.chat.store.Store.Waiting;
import org.jspecify.annotations.Nullable;

/**
 * One session of {@link MemoryStore}: what is kept of it, and the few steps of which all calls are made. Those are told by
 * {@link MemoryAsking}, {@link MemoryWriting}, {@link MemoryStopping} and {@link MemoryReading}.
 */
final class MemorySession {
    /** What a session costs besides what was said in it, about. */
    private static final int SESSION_BYTES = 1_024;

    /** As many epochs as there may be: a few letters, and no session meets the same twice. */
    private static final long EPOCHS = 1L << 50;

    private static final String INTERRUPTED =
            "The server that was answering was lost. What it had answered so far is kept; you can send your message again.";

    final MemoryConversation conversation;
    final MemoryLog log;
    final MemoryQueue queue = new MemoryQueue();
    final MemoryNames names;

    @Nullable
    String owner;

    @Nullable
    String agentId;

    /** Empty before the first message. */
    String epoch = "";

    /** The lease that somebody has; past ones too, until {@link #abandonPast}. */
    @Nullable
    MemoryLease held;

    /** The last turn that was given to somebody: known also when its question is no longer kept. */
    @Nullable
    TurnId begun;

    /** The token of the last turn that ended in order: who repeats that is told the same again. */
    @Nullable
    String ended;

    private final InstantSource clock;

    /** What is to be told, in order; the store takes it. */
    private final List<News> news = new ArrayList<>();

    /** Whether something was done that keeps the session for another while; the store asks and forgets. */
    private boolean used;

    MemorySession(Config.Turns limits, InstantSource clock) {
        this.clock = clock;
        this.conversation = new MemoryConversation(limits);
        this.log = new MemoryLog(2L * limits.maxBytes());
        this.names = new MemoryNames(clock);
    }

    Position top() {
        return new Position(epoch, log.top());
    }

    Instant now() {
        return clock.instant();
    }

    // leases

    Lease give(String token, Question question, boolean told, boolean stopped) {
        var lease = new Lease(token, top(), question, told, queue.toldUpTo(), stopped);
        hold(lease, false);
        return lease;
    }

    void hold(Lease lease, boolean departed) {
        use();
        var holder = new MemoryLease(lease, now().plus(Store.LEASE));
        holder.departed = departed;
        held = holder;
        begun = holder.turn();
        conversation.add(lease.question().message(Message.State.COMPLETE));
    }

    void renew(MemoryLease holder) {
        use();
        holder.deadline = now().plus(Store.LEASE);
    }

    /** The right to run the oldest waiting message, and only that: an order that some may pass is none. */
    @Nullable
    Lease next(String token, Claimant claimant) {
        Waiting first = queue.first();
        if (first == null || first.stopped() || !claimant.canRun(first.question())) {
            return null;
        }
        queue.remove(first.question().turn());
        return give(token, first.question(), queue.isTold(first), false);
    }

    void abandonPast() {
        MemoryLease holder = held;
        if (holder != null && holder.isPast(now())) {
            held = null;
            abandon(holder);
        }
    }

    private void abandon(MemoryLease lost) {
        List<Event> endings = new ArrayList<>(ends(queue.takeStopped()));
        Question question = lost.lease.question();
        if (lost.stop) {
            endings.add(new End(lost.turn(), End.Reason.STOPPED, null));
            keepAnswerOf(lost, Message.State.STOPPED);
        } else if (lost.departed) {
            endings.add(new Failure(lost.turn(), question.ref(), ErrorCode.INTERRUPTED, INTERRUPTED));
            keepAnswerOf(lost, Message.State.INTERRUPTED);
        } else {
            conversation.takeBack(question);
            queue.add(question, false, true);
        }
        beginEpoch();
        // Not told as growth: that the epoch has changed is news enough.
        var unused = log.add(new Batch(1, endings));
    }

    private void keepAnswerOf(MemoryLease lost, Message.State state) {
        String text = JsonText.decode(log.textOf(lost.turn()));
        if (!text.isEmpty()) {
            conversation.add(new Message(Message.Role.ASSISTANT, text, lost.turn(), now(), state));
        }
    }

    // the log

    void beginEpoch() {
        if (!epoch.isEmpty()) {
            queue.tellAll();
        }
        use();
        epoch = Long.toString(ThreadLocalRandom.current().nextLong(EPOCHS), Character.MAX_RADIX);
        log.restart(0);
        tellChanged();
    }

    void tellChanged() {
        news.add(new News.Changed());
    }

    /** Appends what is new of it. */
    void write(Batch batch) {
        Batch fresh = log.add(batch);
        if (!fresh.isEmpty()) {
            use();
            news.add(new News.Grown(owner, epoch, fresh));
        }
    }

    /** Tells the end of messages that never ran; for when nobody has the lease. */
    void writeEnds(List<TurnId> stopped) {
        write(new Batch(log.top() + 1, ends(stopped)));
    }

    private static List<Event> ends(List<TurnId> stopped) {
        return stopped.stream()
                .<Event>map(turn -> new End(turn, End.Reason.STOPPED, null))
                .toList();
    }

    void callHolder() {
        if (held != null) {
            news.add(new News.Called());
        }
    }

    // the store's

    /** Something was done that keeps the session for another while. */
    void use() {
        used = true;
    }

    boolean takeUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    List<News> takeNews() {
        List<News> all = List.copyOf(news);
        news.clear();
        return all;
    }

    /** Whether somebody is to look after it. */
    boolean isDue() {
        MemoryLease holder = held;
        return holder == null ? !queue.isEmpty() : holder.isPast(now());
    }

    boolean isAtRest() {
        return held == null && queue.isEmpty();
    }

    /** What it takes of memory, about. */
    long bytes() {
        return SESSION_BYTES + conversation.bytes() + log.bytes() + queue.bytes() + names.bytes();
    }
}
