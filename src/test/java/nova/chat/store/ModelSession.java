package nova.chat.store;

import static nova.chat.protocol.Message.State.INTERRUPTED;
import static nova.chat.protocol.Message.State.STOPPED;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import nova.chat.protocol.Message;
import nova.chat.protocol.OnBusy;
import org.jspecify.annotations.Nullable;

/** What a session ought to be, in as few words as will do: events and messages are strings, and time is a number. */
final class ModelSession {
    record Asked(
            String turn, @Nullable String ref, @Nullable String home) {}

    /** One that waits, and the version of the queue that brought it. */
    static final class Waits {
        final Asked asked;
        final long added;
        boolean stopped;

        Waits(Asked asked, boolean stopped, long added) {
            this.asked = asked;
            this.stopped = stopped;
            this.added = added;
        }
    }

    final List<String> log = new ArrayList<>();
    /** The log of all epochs that were, this one not included. */
    final List<String> past = new ArrayList<>();

    final List<String> kept = new ArrayList<>();
    final List<Waits> queue = new ArrayList<>();
    final Set<String> accepted = new HashSet<>();
    final Set<String> departures = new HashSet<>();
    final Map<String, String> refs = new HashMap<>();
    /** Of messages that have not come, and until when they are remembered. */
    final Map<String, Long> stopsMs = new HashMap<>();

    /** Of the queue, and how much of it the log tells. */
    long version;

    long told;

    @Nullable
    Asked running;

    @Nullable
    String token;

    boolean departed;
    boolean stop;
    private long nowMs;
    private long deadlineMs;

    void pass(Duration time) {
        nowMs += time.toMillis();
    }

    boolean holds(String token) {
        return token.equals(this.token);
    }

    boolean isLive() {
        return running != null;
    }

    void renew() {
        deadlineMs = nowMs + Store.LEASE.toMillis();
    }

    /** Any call but a write of the holder's. */
    void call() {
        Asked lost = running;
        if (lost == null || nowMs < deadlineMs) {
            return;
        }
        List<String> ends = new ArrayList<>(takeStopped(queue.size()));
        String text = String.join(
                "",
                log.stream()
                        .filter(event -> event.startsWith("delta " + lost.turn + " "))
                        .map(event -> event.substring(("delta " + lost.turn + " ").length()))
                        .toList());
        if (stop) {
            ends.add("stopped " + lost.turn);
            keepAnswer(lost.turn, STOPPED, text);
        } else if (departed) {
            ends.add("interrupted " + lost.turn);
            keepAnswer(lost.turn, INTERRUPTED, text);
        } else {
            kept.remove("USER " + lost.turn);
            queue.add(0, new Waits(lost, false, ++version));
        }
        letGo();
        version++;
        past.addAll(log);
        log.clear();
        log.addAll(ends);
        tellAll();
    }

    /** What a begin answers, and what becomes of it: running, waiting and where, known, busy or full. */
    String begin(Asked asked, OnBusy onBusy, String token) {
        call();
        String known = asked.ref == null ? null : refs.get(asked.ref);
        if (known != null) {
            return "known " + known;
        }
        boolean busy = running != null || !queue.isEmpty();
        if (busy && onBusy == OnBusy.REJECT) {
            return "busy";
        }
        if (queue.size() >= Store.MAX_WAITING) {
            return "full";
        }
        accepted.add(asked.turn);
        boolean stopped = false;
        if (asked.ref != null) {
            refs.put(asked.ref, asked.turn);
            Long untilMs = stopsMs.remove(asked.ref);
            stopped = untilMs != null && nowMs < untilMs;
        }
        if (!busy) {
            give(asked, token, stopped);
            return "running";
        }
        boolean first = onBusy == OnBusy.INTERRUPT;
        stop |= first && running != null;
        queue.add(first ? 0 : queue.size(), new Waits(asked, stopped, ++version));
        return "waiting";
    }

    @Nullable
    Asked claim(String token, String home) {
        call();
        if (running != null) {
            return holds(token) ? running : null;
        }
        log.addAll(takeStopped(inFront()));
        return next(token, home);
    }

    @Nullable
    Asked next(String token, String home) {
        if (queue.isEmpty() || queue.get(0).stopped) {
            return null;
        }
        Asked first = queue.get(0).asked;
        if (first.home != null && !first.home.equals(home)) {
            return null;
        }
        queue.remove(0);
        give(first, token, false);
        return first;
    }

    private void give(Asked asked, String token, boolean stopped) {
        running = asked;
        this.token = token;
        stop = stopped;
        departed = false;
        renew();
        if (!kept.contains("USER " + asked.turn)) {
            kept.add("USER " + asked.turn);
        }
    }

    void letGo() {
        running = null;
        token = null;
        stop = false;
    }

    /** What a stop finds: the turn, or null. */
    @Nullable
    String stop(@Nullable String turn, @Nullable String ref, boolean onlyWaiting) {
        call();
        Asked now = running;
        String wanted = turn;
        if (turn == null && ref != null) {
            wanted = refs.get(ref);
            if (wanted == null && !onlyWaiting) {
                stopsMs.put(ref, nowMs + Store.STOP_KEPT.toMillis());
            }
        } else if (turn == null && now != null) {
            wanted = now.turn;
        }
        if (now != null && now.turn.equals(wanted)) {
            stop |= !onlyWaiting;
            return onlyWaiting ? null : wanted;
        }
        String turnThatWaits = wanted;
        List<Waits> found = queue.stream()
                .filter(one -> one.asked.turn.equals(turnThatWaits))
                .toList();
        for (Waits one : found) {
            version += now == null || one.stopped ? 0 : 1;
            one.stopped = true;
        }
        if (now == null && queue.removeAll(found)) {
            log.add("stopped " + wanted);
        }
        return found.isEmpty() ? null : wanted;
    }

    void keepAnswer(String turn, Message.State state, String text) {
        if (!text.isEmpty()) {
            kept.add("ASSISTANT " + turn + " " + state + " " + text);
        }
    }

    void tellAll() {
        told = version;
    }

    void drop(Set<String> turns) {
        queue.removeIf(one -> turns.contains(one.asked.turn));
    }

    /** As a write of the holder's says that is stored. */
    void note(boolean departed) {
        if (departed) {
            departures.add(Objects.requireNonNull(running).turn);
        } else {
            departures.remove(Objects.requireNonNull(running).turn);
        }
        this.departed = departed;
    }

    private int inFront() {
        int count = 0;
        while (count < queue.size() && queue.get(count).stopped) {
            count++;
        }
        return count;
    }

    private List<String> takeStopped(int among) {
        List<Waits> some = queue.subList(0, among);
        List<String> ends = some.stream()
                .filter(one -> one.stopped)
                .map(one -> "stopped " + one.asked.turn)
                .toList();
        some.removeIf(one -> one.stopped);
        return ends;
    }

    /** As a reader finds it. */
    List<String> conversation() {
        List<String> messages = new ArrayList<>();
        for (String message : kept) {
            if (running != null && message.equals("USER " + running.turn)) {
                messages.add(message + " RUNNING");
            } else {
                messages.add(message.startsWith("USER ") ? message + " COMPLETE" : message);
            }
        }
        queue.stream()
                .filter(one -> one.added <= told)
                .forEach(one -> messages.add("USER " + one.asked.turn + " WAITING"));
        return messages;
    }

    /** Of every turn that was accepted, how it ended; of one that has not, nothing. */
    long ends(String turn) {
        List<String> all = new ArrayList<>(past);
        all.addAll(log);
        return all.stream()
                .filter(event -> Set.of("complete " + turn, "stopped " + turn, "interrupted " + turn)
                        .contains(event))
                .count();
    }

    boolean isUnderWay(String turn) {
        return (running != null && Objects.equals(running.turn, turn))
                || queue.stream().anyMatch(one -> one.asked.turn.equals(turn));
    }
}
