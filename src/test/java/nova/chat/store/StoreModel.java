package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import nova.chat.config.Config;
import nova.chat.log.Batch;
import nova.chat.protocol.Event;
import nova.chat.protocol.Event.Aside;
import nova.chat.protocol.Event.Delta;
import nova.chat.protocol.Event.End;
import nova.chat.protocol.Event.Failure;
import nova.chat.protocol.Event.Queued;
import nova.chat.protocol.Event.Said;
import nova.chat.protocol.Event.Started;
import nova.chat.protocol.Message;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.TurnId;
import nova.chat.store.Question.Errand;
import nova.chat.store.Store.Progress;
import nova.chat.store.Store.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Three replicas do to one session whatever they may, in any order, lose their answers, repeat themselves, fall silent
 * and come back; and the store does what a {@link ModelSession} does.
 *
 * <p>A run that fails says its seed; {@code -Dmodel.seed=} begins with that run.
 */
abstract class StoreModel extends StoreScene {
    private static final int STEPS = 60;
    private static final long SEED = Long.getLong("model.seed", new Random().nextInt());

    private static final class Replica {
        final String name;
        final Set<TurnId> keys = new HashSet<>();
        /** The lease that it believes to have. */
        @Nullable
        Lease lease;

        /** Its own copy of the log, which nobody else writes as long as it has the lease. */
        final List<Event> log = new ArrayList<>();

        Replica(String name) {
            this.name = name;
        }

        Claimant claimant() {
            return new Claimant(false, Set.copyOf(keys), null);
        }
    }

    private final ModelSession model = new ModelSession();
    private final List<Replica> replicas = List.of(new Replica("a"), new Replica("b"), new Replica("c"));
    private final List<String> steps = new ArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private Random random = new Random();

    @BeforeEach
    void keep_every_message() {
        loop.await(store::close);
        store = open(loop.vertx, new Config.Turns(1_000, 1 << 20, Duration.ofMinutes(5), Duration.ofMinutes(5)));
    }

    /** One run; as many as the store's speed allows. */
    final void theStoreDoesWhatTheModelDoes(RepetitionInfo run) {
        long seed = SEED + run.getCurrentRepetition() - 1;
        random = new Random(seed);
        try {
            for (int i = 0; i < STEPS; i++) {
                step(replicas.get(random.nextInt(replicas.size())));
            }
            look();
            settle();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("-Dmodel.seed=" + seed + "\n" + String.join("\n", steps), e);
        }
    }

    private void step(Replica replica) {
        int dice = random.nextInt(100);
        if (dice < 20) {
            ask(replica);
        } else if (dice < 55) {
            write(replica);
        } else if (dice < 63) {
            claimFor(replica);
        } else if (dice < 78) {
            stopSome();
        } else if (dice < 88) {
            look();
        } else if (dice < 92) {
            note(replica.name + " forgets its lease");
            replica.lease = null;
        } else {
            // No sum comes near the end of what is kept, but is there: Redis's clock goes on by itself a little.
            Duration time = Duration.ofSeconds(random.nextBoolean() ? 4 : 12);
            note("passes " + time);
            timePasses(time);
            model.pass(time);
        }
    }

    // messages

    private void ask(Replica replica) {
        int number = count.incrementAndGet();
        String turn = "t" + number;
        String ref =
                random.nextInt(3) == 0 ? null : "m" + (random.nextInt(4) == 0 ? random.nextInt(number) + 1 : number);
        boolean held = random.nextInt(4) == 0;
        OnBusy onBusy =
                random.nextInt(3) == 0 ? OnBusy.REJECT : random.nextInt(3) == 0 ? OnBusy.INTERRUPT : OnBusy.ENQUEUE;
        if (held) {
            replica.keys.add(new TurnId(turn));
        }
        Question question = new Question(
                new TurnId(turn), ref, turn, AT, "ada", new Errand(held ? Errand.Kind.HELD : Errand.Kind.OPEN, ""));
        ask(replica, question, onBusy);
    }

    private void ask(Replica replica, Question question, OnBusy onBusy) {
        String turn = question.turn().value();
        String token = replica.name + "-" + turn;
        String home = question.errand().kind() == Errand.Kind.HELD ? replica.name : null;
        String expected = model.begin(new ModelSession.Asked(turn, question.ref(), home), onBusy, token);
        note(token + " asks " + onBusy + " " + question.ref() + ": " + expected);
        Begun begun = loop.await(() -> store.begin(session, question, onBusy, token, Position.NONE));
        assertThat(word(begun)).isEqualTo(expected);
        if (begun instanceof Begun.Running running) {
            take(replica, running.lease());
        }
        if (random.nextBoolean() && !(begun instanceof Begun.Busy) && !(begun instanceof Begun.QueueFull)) {
            assertThat(loop.await(() -> store.begin(session, question, onBusy, token, Position.NONE)))
                    .as("repeated")
                    .isEqualTo(begun);
        }
    }

    private static String word(Begun begun) {
        if (begun instanceof Begun.Known known) {
            return "known " + known.turn();
        }
        return begun instanceof Begun.QueueFull
                ? "full"
                : begun.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private void claimFor(Replica replica) {
        String token = replica.name + "-claim-" + count.incrementAndGet();
        ModelSession.Asked expected = model.claim(token, replica.name);
        note(token + ": " + expected);
        Lease lease = loop.await(() -> store.claim(session, token, replica.claimant()));
        assertThat(turnOf(lease)).isEqualTo(expected == null ? null : expected.turn());
        if (lease != null) {
            assertThat(loop.await(() -> store.claim(session, token, replica.claimant())))
                    .as("repeated")
                    .isEqualTo(lease);
            take(replica, lease);
        }
    }

    private void take(Replica replica, Lease lease) {
        assertThat(lease.from().seq()).isEqualTo(model.log.size());
        assertThat(lease.stopped()).isEqualTo(model.stop);
        assertThat(lease.queue()).isEqualTo(model.told);
        replica.lease = lease;
        replica.log.clear();
        Reading reading = read(new Position(lease.from().epoch(), 0));
        replica.log.addAll(events(reading, new Position("", 0)));
    }

    // writes

    private void write(Replica replica) {
        Lease lease = replica.lease;
        if (lease == null) {
            return;
        }
        int dice = random.nextInt(100);
        if (dice < 15) {
            departWith(replica, lease);
        } else if (dice < 60) {
            appendWith(replica, lease);
        } else if (dice < 75) {
            tellWith(replica, lease, false);
        } else if (dice < 95) {
            tellWith(replica, lease, true);
        } else {
            endTooSoon(replica, lease);
        }
    }

    private void departWith(Replica replica, Lease lease) {
        model.call();
        boolean may = model.holds(lease.token());
        note(lease.token() + " departs: " + may);
        assertThat(depart(lease) != null).isEqualTo(may);
        if (may) {
            model.renew();
            String turn = lease.question().turn().value();
            assertThat(model.departed || model.departures.add(turn))
                    .as("departs once")
                    .isTrue();
            model.note(true);
        } else {
            replica.lease = null;
        }
    }

    private void appendWith(Replica replica, Lease lease) {
        String turn = lease.question().turn().value();
        List<Event> events = new ArrayList<>();
        int back = random.nextInt(1 + Math.min(2, replica.log.size()));
        int first = replica.log.size() - back;
        events.addAll(replica.log.subList(first, replica.log.size()));
        for (int i = random.nextInt(3); i > 0; i--) {
            events.add(delta(turn, "<" + count.incrementAndGet() + ">"));
        }
        boolean gap = random.nextInt(10) == 0;
        var batch = new Batch(first + 1L + (gap ? back + 1 : 0), events);
        boolean holds = holds(lease);
        var progress = new Progress(0, Set.of(), departed());
        note(lease.token() + " appends " + batch.first() + " to " + batch.last() + " " + progress + ": " + holds);
        Written written = loop.await(() -> store.append(session, lease, batch, progress));
        if (!holds) {
            lost(replica, written);
        } else if (gap) {
            assertThat(written).isEqualTo(new Written.Behind(model.log.size()));
        } else {
            assertThat(((Written.Kept) written).stop()).isEqualTo(model.stop);
            wrote(replica, events.subList(back, events.size()));
            model.note(progress.departed());
        }
        if (random.nextBoolean()) {
            assertThat(loop.await(() -> store.append(session, lease, batch, progress)))
                    .as("repeated")
                    .isEqualTo(written);
        }
    }

    /** Sometimes something else than what is noted. */
    private boolean departed() {
        return model.departed ^ random.nextInt(5) == 0;
    }

    /** Reads what waits, and tells it, and sometimes sends it away: with the turn's end, or before. */
    private void tellWith(Replica replica, Lease lease, boolean end) {
        model.call();
        Queue queue = queue();
        if (!holds(lease)) {
            lost(replica, append(lease, replica.log.size() + 1));
            return;
        }
        Set<TurnId> dropped = new HashSet<>();
        List<Event> events = new ArrayList<>();
        for (Store.Waiting one : queue.waiting()) {
            TurnId turn = one.question().turn();
            if (one.stopped() || random.nextInt(8) == 0) {
                dropped.add(turn);
                events.add(one.stopped() ? stopped(turn.value()) : refused(turn.value()));
            }
        }
        model.drop(dropped.stream().map(TurnId::value).collect(Collectors.toSet()));
        model.tellAll();
        var progress = new Progress(queue.version(), dropped, departed());
        model.note(progress.departed());
        if (end) {
            endWith(replica, lease, progress, events);
        } else {
            note(lease.token() + " tells " + events + " " + progress);
            Written written = append(lease, progress, replica.log.size() + 1, events.toArray(Event[]::new));
            assertThat(((Written.Kept) written).stop()).isEqualTo(model.stop);
            wrote(replica, events);
        }
    }

    private void endWith(Replica replica, Lease lease, Progress progress, List<Event> events) {
        String turn = lease.question().turn().value();
        events.add(model.stop ? stopped(turn) : complete(turn));
        var batch = new Batch(replica.log.size() + 1L, events);
        String nextToken = random.nextInt(4) == 0 ? null : replica.name + "-next-" + count.incrementAndGet();
        Message answer = random.nextInt(4) == 0 ? null : answer(turn, "answer");
        wrote(replica, events);
        if (answer != null) {
            model.keepAnswer(turn, Message.State.COMPLETE, "answer");
        }
        model.letGo();
        ModelSession.Asked next = nextToken == null ? null : model.next(nextToken, replica.name);
        note(lease.token() + " ends; next " + next);
        Written written = end(lease, progress, batch, answer, nextToken, replica.claimant());
        Lease given = ((Written.Ended) written).next();
        assertThat(turnOf(given)).isEqualTo(next == null ? null : next.turn());
        assertThat(end(lease, progress, batch, answer, nextToken, replica.claimant()))
                .as("repeated")
                .isEqualTo(written);
        replica.lease = null;
        if (given != null) {
            take(replica, given);
        }
    }

    /** Something comes that it has not told. */
    private void endTooSoon(Replica replica, Lease lease) {
        model.call();
        long version = queue().version();
        int before = model.queue.size();
        String turn = "t" + count.incrementAndGet();
        ask(replicas.get(random.nextInt(3)), question(turn, turn), OnBusy.ENQUEUE);
        if (holds(lease) && model.queue.size() > before) {
            note(lease.token() + " ends too soon");
            var batch = new Batch(
                    replica.log.size() + 1L,
                    List.of(complete(lease.question().turn().value())));
            Written written = end(lease, new Progress(version, Set.of(), false), batch, null, null, replica.claimant());
            assertThat(((Written.Kept) written).queue()).isGreaterThan(version);
        }
    }

    /** Whether a write with it goes through, which then renews it. */
    private boolean holds(Lease lease) {
        if (model.holds(lease.token())) {
            model.renew();
            return true;
        }
        model.call();
        return false;
    }

    private void wrote(Replica replica, List<Event> events) {
        replica.log.addAll(events);
        events.forEach(event -> model.log.add(word(event)));
    }

    private static void lost(Replica replica, Written written) {
        assertThat(written).isInstanceOfAny(Written.Lost.class, Written.Gone.class);
        replica.lease = null;
    }

    // stops

    private void stopSome() {
        int known = count.get();
        String turn = random.nextInt(2) == 0 ? null : "t" + (random.nextInt(known + 1) + 1);
        String ref = random.nextInt(4) == 0 ? null : "m" + (random.nextInt(known + 3) + 1);
        boolean cancel = turn == null && ref != null && random.nextBoolean();
        String expected = model.stop(turn, ref, cancel);
        note((cancel ? "cancel " : "stop ") + turn + " " + ref + ": " + expected);
        TurnId found = cancel ? cancel(Objects.requireNonNull(ref)) : stop(turn, ref);
        assertThat(found == null ? null : found.value()).isEqualTo(expected);
    }

    // what is to be seen

    private void look() {
        model.call();
        note("look: " + model.log);
        String epoch = top().epoch();
        Reading reading = epoch.isEmpty() ? read(Position.NONE) : read(new Position(epoch, 0));
        assertThat(reading.since()).isEqualTo(Reading.Since.CONTINUES);
        assertThat(events(reading, new Position(epoch, 0)).stream().map(StoreModel::word))
                .isEqualTo(model.log);
        assertThat(reading.running() == null ? null : reading.running().value())
                .isEqualTo(model.running == null ? null : model.running.turn());
        assertThat(reading.free()).isEqualTo(!model.isLive() && !model.queue.isEmpty());
        assertThat(reading.messages().stream().map(StoreModel::word)).isEqualTo(model.conversation());
        assertThat(queue().version()).isEqualTo(model.version);
        assertThat(queue().waiting().stream().map(one -> one.question().turn() + " " + one.stopped()))
                .isEqualTo(model.queue.stream()
                        .map(one -> one.asked.turn() + " " + one.stopped)
                        .toList());
        for (String turn : model.accepted) {
            assertThat(model.ends(turn)).as("ends of " + turn).isEqualTo(model.isUnderWay(turn) ? 0 : 1);
        }
    }

    /** All replicas are lost, and one that has every key runs what is left. */
    private void settle() {
        note("settle");
        var survivor = new Replica("a");
        replicas.forEach(replica -> survivor.keys.addAll(replica.keys));
        timePasses(LEASE_PAST);
        model.pass(LEASE_PAST);
        model.queue.replaceAll(one -> {
            var asked = new ModelSession.Asked(one.asked.turn(), one.asked.ref(), null);
            return new ModelSession.Waits(asked, one.stopped, one.added);
        });
        model.running =
                model.running == null ? null : new ModelSession.Asked(model.running.turn(), model.running.ref(), null);
        for (int left = Store.MAX_WAITING + 2; left > 0; left--) {
            claimFor(survivor);
            Lease lease = survivor.lease;
            if (lease != null) {
                departWith(survivor, lease);
                tellWith(survivor, lease, true);
                survivor.lease = null;
                // What its end went on to is lost again, and found again.
                timePasses(LEASE_PAST);
                model.pass(LEASE_PAST);
            }
        }
        look();
        assertThat(model.queue).isEmpty();
        assertThat(model.isLive()).isFalse();
    }

    private void note(String step) {
        steps.add(step);
    }

    private static @Nullable String turnOf(@Nullable Lease lease) {
        return lease == null ? null : lease.question().turn().value();
    }

    private static String word(Message message) {
        String head = message.role() + " " + message.turn();
        return message.role() == Message.Role.USER
                ? head + " " + message.state()
                : head + " " + message.state() + " " + message.content();
    }

    private static String word(Event event) {
        return event.match(new Event.Cases<>() {
            @Override
            public String said(Said said) {
                return "said " + said.turn();
            }

            @Override
            public String started(Started started) {
                return "started " + started.turn();
            }

            @Override
            public String delta(Delta delta) {
                return "delta " + delta.turn() + " " + delta.literal();
            }

            @Override
            public String aside(Aside aside) {
                return "aside " + aside.turn();
            }

            @Override
            public String queued(Queued queued) {
                return "queued " + queued.turn();
            }

            @Override
            public String end(End end) {
                return (end.reason() == End.Reason.STOPPED ? "stopped " : "complete ") + end.turn();
            }

            @Override
            public String failure(Failure failure) {
                return "interrupted " + failure.turn();
            }
        });
    }
}
