package nova.chat.store;

import java.time.Duration;
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
import nova.chat.store.Store.Begun;
import nova.chat.store.Store.OnBusy;
import nova.chat.store.Store.Progress;
import nova.chat.store.Store.Queue;
import nova.chat.store.Store.Stopped;
import nova.chat.store.Store.Waiting;
import nova.chat.store.Store.Written;
import org.jspecify.annotations.Nullable;

/** One session of {@link MemoryStore}: who may write, and every step that {@link Store} promises. */
final class MemorySession {
    /** What a session costs besides what was said in it, about. */
    private static final int SESSION_BYTES = 1_024;

    /** As many epochs as there may be: a few letters, and no session meets the same twice. */
    private static final long EPOCHS = 1L << 50;

    private static final String INTERRUPTED =
            "The server that was answering was lost. What it had answered so far is kept; you can send your message again.";

    private final InstantSource clock;
    private final MemoryConversation conversation;
    private final MemoryLog log;
    private final MemoryQueue queue = new MemoryQueue();
    private final MemoryNames names = new MemoryNames();

    private @Nullable String owner;
    private @Nullable String agentId;

    /** Empty before the first message. */
    private String epoch = "";

    private @Nullable MemoryLease held;

    /** The last turn that was given to somebody: also when its question is no longer kept. */
    private @Nullable TurnId begun;

    /** The token of the last turn that ended in order: who repeats that is told the same again. */
    private @Nullable String ended;

    /** What is to be told, in order; the store takes it. */
    private final List<News> news = new ArrayList<>();

    /** Whether something was done that keeps the session for another while; the store asks and forgets. */
    private boolean used;

    MemorySession(Config.Turns limits, InstantSource clock) {
        this.clock = clock;
        this.conversation = new MemoryConversation(limits);
        this.log = new MemoryLog(2L * limits.maxBytes());
    }

    // a message

    Begun begin(Question question, OnBusy onBusy, String token, Position known) {
        abandonPast();
        if (owner != null && !owner.equals(question.owner())) {
            return new Begun.Forbidden();
        }
        Begun before = begunBefore(question, token);
        if (before != null) {
            return before;
        }
        boolean busy = held != null || !queue.isEmpty();
        if (busy && onBusy == OnBusy.REJECT) {
            return new Begun.Busy();
        }
        if (busy && queue.isFull()) {
            return new Begun.QueueFull();
        }
        if (epoch.isEmpty() || (held == null && known.epoch().equals(epoch) && known.seq() > log.top())) {
            beginEpoch();
        }
        return accept(question, busy, onBusy == OnBusy.INTERRUPT, token);
    }

    private @Nullable Begun begunBefore(Question question, String token) {
        TurnId turn = question.turn();
        MemoryLease running = held;
        if (running != null && running.turn().equals(turn) && running.isNamed(token)) {
            return new Begun.Running(running.lease);
        }
        int position = queue.position(turn);
        if (position > 0) {
            return new Begun.Waiting(position, running == null);
        }
        if (turn.equals(begun) || conversation.holds(Message.Role.USER, turn)) {
            return new Begun.Known(turn, 0);
        }
        TurnId named = names.turnOf(question.ref(), now());
        return named == null ? null : new Begun.Known(named, queue.position(named));
    }

    private Begun accept(Question question, boolean busy, boolean interrupt, String token) {
        use();
        owner = question.owner();
        names.remember(question.ref(), question.turn(), now());
        boolean stopped = names.takeStop(question.ref(), now());
        if (!busy) {
            return new Begun.Running(give(token, question, false, stopped));
        }
        MemoryLease running = held;
        if (running != null && interrupt) {
            running.stop = true;
        }
        queue.add(question, stopped, interrupt);
        callHolder();
        return new Begun.Waiting(queue.position(question.turn()), running == null);
    }

    @Nullable
    Lease claim(String token, Claimant claimant) {
        abandonPast();
        MemoryLease running = held;
        if (running != null) {
            return running.isNamed(token) ? running.lease : null;
        }
        write(ends(queue.takeStoppedInFront()));
        return next(token, claimant);
    }

    /** Only the oldest: an order that some may pass is none. */
    private @Nullable Lease next(String token, Claimant claimant) {
        Waiting first = queue.first();
        if (first == null || first.stopped() || !claimant.canRun(first.question())) {
            return null;
        }
        use();
        queue.remove(first.question().turn());
        return give(token, first.question(), queue.isTold(first), false);
    }

    private Lease give(String token, Question question, boolean told, boolean stopped) {
        var lease = new Lease(token, top(), question, told, queue.toldUpTo(), stopped);
        held = new MemoryLease(lease, now().plus(Store.LEASE));
        begun = question.turn();
        conversation.add(question.message(Message.State.COMPLETE));
        return lease;
    }

    Queue queue() {
        abandonPast();
        return new Queue(queue.version(), queue.all());
    }

    // a turn

    Store.@Nullable Departure depart(Lease lease) {
        abandonPast();
        MemoryLease running = held;
        if (running == null || !running.isNamed(lease.token())) {
            return null;
        }
        renew(running);
        running.departed = true;
        return new Store.Departure(agentId, conversation.upTo(lease.question()));
    }

    void keepAgent(String id) {
        abandonPast();
        use();
        agentId = id;
    }

    Written append(Lease lease, Batch batch, Progress progress) {
        MemoryLease running = held;
        if (running == null || !running.isNamed(lease.token())) {
            return refusal(lease);
        }
        renew(running);
        if (batch.first() > log.top() + 1) {
            return new Written.Behind(log.top());
        }
        write(running, batch, progress);
        return new Written.Kept(running.stop, queue.version());
    }

    Written end(
            Lease lease,
            Batch batch,
            Progress progress,
            @Nullable Message answer,
            @Nullable String nextToken,
            Claimant claimant) {
        MemoryLease running = held;
        if (running == null || !running.isNamed(lease.token())) {
            return lease.token().equals(ended) ? endedBefore(nextToken) : refusal(lease);
        }
        renew(running);
        if (batch.first() > log.top() + 1) {
            return new Written.Behind(log.top());
        }
        if (progress.told() != queue.version()) {
            return new Written.Kept(running.stop, queue.version());
        }
        write(running, batch, progress);
        if (answer != null) {
            conversation.add(answer);
        }
        held = null;
        ended = lease.token();
        return new Written.Ended(nextToken == null ? null : next(nextToken, claimant));
    }

    private Written endedBefore(@Nullable String nextToken) {
        abandonPast();
        MemoryLease running = held;
        return new Written.Ended(
                running != null && nextToken != null && running.isNamed(nextToken) ? running.lease : null);
    }

    private Written refusal(Lease lease) {
        abandonPast();
        return isGone(lease) ? new Written.Gone() : new Written.Lost();
    }

    private boolean isGone(Lease lease) {
        return epoch.isEmpty()
                || (held == null
                        && lease.from().epoch().equals(epoch)
                        && !lease.token().equals(ended));
    }

    private void write(MemoryLease running, Batch batch, Progress progress) {
        Batch fresh = log.add(batch);
        if (!fresh.isEmpty()) {
            news.add(new News.Grown(epoch, fresh));
        }
        queue.drop(progress.dropped());
        queue.tell(progress.told());
        running.departed = progress.departed();
    }

    boolean restore(Lease lease) {
        abandonPast();
        MemoryLease running = held;
        if (running != null) {
            return running.isNamed(lease.token());
        }
        Position from = lease.from();
        if (!isGone(lease) || log.top() > from.seq()) {
            return false;
        }
        Question question = lease.question();
        if (epoch.isEmpty()) {
            epoch = from.epoch();
            owner = question.owner();
        }
        if (log.top() < from.seq()) {
            log.restart(from.seq());
        }
        use();
        queue.restore(lease.queue());
        queue.remove(question.turn());
        names.remember(question.ref(), question.turn(), now());
        running = new MemoryLease(lease, now().plus(Store.LEASE));
        // Nobody knows any more. It is not to be run twice, so it counts as gone upstream.
        running.departed = true;
        held = running;
        begun = question.turn();
        conversation.add(question.message(Message.State.COMPLETE));
        return true;
    }

    // a stop

    Stopped stop(@Nullable TurnId turn, @Nullable String ref) {
        abandonPast();
        MemoryLease running = held;
        TurnId wanted = turn;
        if (turn == null && ref != null) {
            wanted = names.turnOf(ref, now());
            if (wanted == null) {
                names.rememberStop(ref, now());
                use();
            }
        } else if (turn == null && running != null) {
            wanted = running.turn();
        }
        if (wanted == null || running == null || !running.turn().equals(wanted)) {
            return stopWaiting(wanted);
        }
        if (!running.stop) {
            running.stop = true;
            callHolder();
        }
        return new Stopped(wanted);
    }

    Stopped cancel(String ref) {
        abandonPast();
        return stopWaiting(names.turnOf(ref, now()));
    }

    /** With a lease, its holder is to tell the end; without one, it is told here. */
    private Stopped stopWaiting(@Nullable TurnId turn) {
        Waiting one = turn == null ? null : queue.find(turn);
        if (turn == null || one == null) {
            return new Stopped(null);
        }
        if (held == null) {
            queue.remove(turn);
            write(ends(List.of(turn)));
        } else if (!one.stopped()) {
            queue.stop(turn);
            callHolder();
        }
        return new Stopped(turn);
    }

    // viewers

    Reading read(@Nullable Position wanted, boolean messages) {
        abandonPast();
        MemoryLease running = held;
        Position top = top();
        long runningFrom = running == null ? top.seq() : running.lease.from().seq();
        Position from = wanted == null ? new Position(epoch, runningFrom) : wanted;
        Reading.Since since = since(from);
        return new Reading(
                owner,
                top,
                running == null ? null : running.turn(),
                runningFrom,
                running == null ? Duration.ZERO : Duration.between(now(), running.deadline),
                queue.told(),
                running == null && !queue.isEmpty(),
                since,
                since == Reading.Since.CONTINUES ? log.after(from.seq()) : List.of(),
                messages ? messages() : List.of());
    }

    private Reading.Since since(Position from) {
        if (!from.epoch().equals(epoch)) {
            return Reading.Since.OTHER_EPOCH;
        }
        if (from.seq() > log.top()) {
            return Reading.Since.AHEAD;
        }
        return log.reaches(from.seq()) ? Reading.Since.CONTINUES : Reading.Since.TRIMMED;
    }

    private List<Message> messages() {
        List<Message> messages = new ArrayList<>();
        MemoryLease running = held;
        for (Message message : conversation.all()) {
            boolean runs = message.role() == Message.Role.USER
                    && running != null
                    && running.turn().equals(message.turn());
            messages.add(runs ? running.lease.question().message(Message.State.RUNNING) : message);
        }
        queue.told().forEach(question -> messages.add(question.message(Message.State.WAITING)));
        return messages;
    }

    @Nullable
    String agent() {
        return agentId;
    }

    boolean isDue() {
        MemoryLease running = held;
        return running == null ? !queue.isEmpty() : running.isPast(now());
    }

    boolean isLive() {
        return held != null || !queue.isEmpty();
    }

    // a lease that is past

    private void abandonPast() {
        MemoryLease running = held;
        if (running != null && running.isPast(now())) {
            abandon(running);
        }
    }

    private void abandon(MemoryLease lost) {
        String partial = JsonText.decode(log.textOf(lost.turn()));
        held = null;
        use();
        List<Event> endings = new ArrayList<>(ends(queue.takeStopped()));
        Question question = lost.lease.question();
        if (lost.stop) {
            endings.add(new End(lost.turn(), End.Reason.STOPPED, null));
            keepPartial(question, partial, Message.State.STOPPED);
        } else if (lost.departed) {
            endings.add(new Failure(lost.turn(), question.ref(), ErrorCode.INTERRUPTED, INTERRUPTED));
            keepPartial(question, partial, Message.State.INTERRUPTED);
        } else {
            conversation.takeBack(question);
            queue.add(question, false, true);
        }
        beginEpoch();
        // Not told as growth: that the epoch has changed is news enough.
        var unused = log.add(new Batch(1, endings));
    }

    private void keepPartial(Question question, String text, Message.State state) {
        if (!text.isEmpty()) {
            conversation.add(new Message(Message.Role.ASSISTANT, text, question.turn(), now(), state));
        }
    }

    private void beginEpoch() {
        if (!epoch.isEmpty()) {
            queue.tellAll();
        }
        epoch = Long.toString(ThreadLocalRandom.current().nextLong(EPOCHS), Character.MAX_RADIX);
        log.restart(0);
        news.add(new News.Changed());
    }

    // the log, where nobody has the lease

    private static List<Event> ends(List<TurnId> stopped) {
        return stopped.stream()
                .<Event>map(turn -> new End(turn, End.Reason.STOPPED, null))
                .toList();
    }

    private void write(List<Event> events) {
        if (!events.isEmpty()) {
            use();
            news.add(new News.Grown(epoch, log.add(new Batch(log.top() + 1, events))));
        }
    }

    private void callHolder() {
        if (held != null) {
            news.add(new News.Called());
        }
    }

    private void renew(MemoryLease running) {
        use();
        running.deadline = now().plus(Store.LEASE);
    }

    private Position top() {
        return new Position(epoch, log.top());
    }

    private Instant now() {
        return clock.instant();
    }

    private void use() {
        used = true;
    }

    // the store's

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

    void forgetLog() {
        if (held == null) {
            log.forget();
        }
    }

    boolean hasLog() {
        return !log.isEmpty();
    }

    /** What it costs, about. */
    long bytes() {
        return SESSION_BYTES + conversation.bytes() + log.bytes() + queue.bytes() + names.bytes();
    }
}
