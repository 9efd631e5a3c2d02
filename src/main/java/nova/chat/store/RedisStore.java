package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Consumer;
import nova.chat.config.Config;
import nova.chat.log.Batch;
import nova.chat.protocol.Message;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.store.SessionScript.Arguments;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions in Redis, where they outlive the process and where all replicas share them.
 *
 * <p>The layout is told by {@link Keys}, the atomic steps are the Lua files beside this class. The agent's key and the
 * index of what is due lie in other slots than the rest, so they are read and written by commands of their own, sent along.
 */
public final class RedisStore implements Store {
    /** Of the log, in one reading: what a viewer on another replica has missed in a minute or so. */
    private static final int MAX_READ_BYTES = 256 << 10;

    private static final int COMMAND_BYTES = 512;

    private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);

    private final RedisLink link;
    private final SessionScript script;
    private final DueIndex due;
    private final Ear ear;

    /**
     * Connects when first asked something, so creating it never fails because Redis is away.
     *
     * @param url {@code redis://} or {@code rediss://}
     * @throws IllegalArgumentException if the URL is neither; without its text
     */
    public RedisStore(Vertx vertx, String url, Config.Turns turns) {
        this(vertx, url, turns, null);
    }

    /**
     * For tests with a certificate of their own.
     *
     * @param trust null: the JVM's own
     */
    RedisStore(Vertx vertx, String url, Config.Turns turns, @Nullable TrustOptions trust) {
        this.link = RedisLink.to(
                vertx, new RedisAddress(url, trust), List.of(SessionScript.SCRIPT, DueIndex.MARK, DueIndex.TAKE));
        this.script = new SessionScript(link, turns);
        this.due = new DueIndex(link);
        this.ear = new Ear(vertx, link, NewsCodec::decode);
    }

    @Override
    public Future<Begun> begin(SessionId session, Question question, OnBusy onBusy, String token, Position known) {
        Arguments own = new Arguments()
                .add(question.turn().value())
                .add(QuestionCodec.encode(question))
                .add(question.owner())
                .add(onBusy.name())
                .add(token)
                .add(known.epoch())
                .add(known.seq())
                .add(MAX_WAITING);
        return script.perform("begin", session, question.ref(), own)
                .map(answer -> RedisAnswers.begun(answer, token))
                .onSuccess(begun -> noteDue(session, begun));
    }

    @Override
    public Future<Void> retract(SessionId session, TurnId turn, String token) {
        Arguments own = new Arguments().add(turn.value()).add(token);
        return script.perform("retract", session, null, own).mapEmpty();
    }

    private void noteDue(SessionId session, Begun begun) {
        if (begun instanceof Begun.Running) {
            due.renew(session);
        } else if (begun instanceof Begun.Waiting waiting && waiting.free()) {
            due.call(session);
        }
    }

    @Override
    public Future<@Nullable Lease> claim(SessionId session, String token, Claimant claimant) {
        Arguments own = new Arguments().add(token);
        addTo(own, claimant);
        return script.perform("claim", session, null, own).map(answer -> {
            if (RedisAnswers.word(answer).equals("lease")) {
                due.renew(session);
                return RedisAnswers.lease(answer.get(1), token);
            }
            if (answer.get(1).toInteger() == 1) {
                due.forget(session);
            }
            return null;
        });
    }

    private static void addTo(Arguments own, Claimant claimant) {
        own.add(claimant.unseals()).add(claimant.owner()).add(claimant.holds().size());
        claimant.holds().forEach(turn -> own.add(turn.value()));
    }

    @Override
    public Future<Queue> queue(SessionId session) {
        return script.perform("queue", session, null, new Arguments()).map(RedisAnswers::queue);
    }

    @Override
    public Future<@Nullable Departure> depart(SessionId session, Lease lease) {
        // Sent along, and refreshed also where the lease is lost: a week more, and nothing learnt.
        Future<@Nullable Response> agent = send(Request.cmd(Command.GETEX)
                .arg(new Keys(session).agent())
                .arg("PX")
                .arg(KEPT.toMillis()));
        Future<Response> departed = script.perform("depart", session, null, new Arguments().add(lease.token()));
        return Future.all(agent, departed).map(both -> departure(text(agent.result()), departed.result(), lease));
    }

    private static @Nullable Departure departure(@Nullable String agentId, Response departed, Lease lease) {
        if (!RedisAnswers.word(departed).equals("departed")) {
            return null;
        }
        Message question = lease.question().message(Message.State.COMPLETE);
        return new Departure(agentId, Conversation.upTo(question, RedisAnswers.bytes(departed.get(1))));
    }

    @Override
    public Future<Void> keepAgent(SessionId session, String agentId) {
        return send(Request.cmd(Command.SET)
                        .arg(new Keys(session).agent())
                        .arg(agentId)
                        .arg("PX")
                        .arg(KEPT.toMillis()))
                .mapEmpty();
    }

    @Override
    public Future<Written> append(SessionId session, Lease lease, Batch batch, Progress progress) {
        return script.perform("append", session, null, write(lease, batch, progress))
                .map(answer -> RedisAnswers.written(answer, null))
                .compose(written -> {
                    if (overlaps(batch, written)) {
                        return append(session, lease, rest(batch, written), progress);
                    }
                    if (written instanceof Written.Kept) {
                        due.renew(session);
                    }
                    return Future.succeededFuture(written);
                });
    }

    /** Whether a part of it is there already: rare, since it takes an answer that was lost and a larger batch after it. */
    private static boolean overlaps(Batch batch, Written written) {
        return written instanceof Written.Behind behind && batch.first() <= behind.seq();
    }

    private static Batch rest(Batch batch, Written behind) {
        return BatchCodec.after(((Written.Behind) behind).seq(), batch);
    }

    private static Arguments write(Lease lease, Batch batch, Progress progress) {
        Arguments own = new Arguments()
                .add(lease.token())
                .add(lease.from().epoch())
                .add(batch.first())
                .add(batch.last())
                .add(progress.told())
                .add(progress.departed())
                .add(progress.dropped().size());
        progress.dropped().forEach(turn -> own.add(turn.value()));
        List<BatchCodec.Entry> entries = BatchCodec.encode(batch);
        own.add(entries.size());
        for (BatchCodec.Entry entry : entries) {
            own.add(entry.first()).add(entry.last()).add(entry.fields().size());
            entry.fields().forEach(own::add);
        }
        return own;
    }

    @Override
    public Future<Written> end(
            SessionId session,
            Lease lease,
            Batch batch,
            Progress progress,
            @Nullable Message answer,
            @Nullable String nextToken,
            Claimant claimant) {
        // Sent along, and not waited for: the agent is kept as long as the conversation, but no turn's end hangs on it.
        send(Request.cmd(Command.PEXPIRE).arg(new Keys(session).agent()).arg(KEPT.toMillis()))
                .onFailure(away -> LOG.debug("the agent's time was not prolonged: {}", away.getMessage()));
        Arguments own = write(lease, batch, progress);
        own.add(answer == null ? new byte[0] : MessageJson.encode(answer));
        own.add(answer != null && Conversation.isBuiltUpon(answer));
        addTo(own, claimant);
        return script.perform("end", session, null, own.add(nextToken)).compose(answered -> {
            Written written = RedisAnswers.written(answered, nextToken);
            if (overlaps(batch, written)) {
                return end(session, lease, rest(batch, written), progress, answer, nextToken, claimant);
            }
            if (written instanceof Written.Ended done) {
                noteDue(session, done, answered.get(1).toInteger());
            }
            return Future.succeededFuture(written);
        });
    }

    private void noteDue(SessionId session, Written.Ended ended, int waiting) {
        if (ended.next() != null) {
            due.renew(session);
        } else if (waiting > 0) {
            due.call(session);
        } else {
            due.forget(session);
        }
    }

    @Override
    public Future<Boolean> restore(SessionId session, Lease lease) {
        Arguments own = new Arguments()
                .add(lease.token())
                .add(lease.from().epoch())
                .add(lease.from().seq())
                .add(QuestionCodec.encode(lease.question()))
                .add(lease.told())
                .add(lease.stopped())
                .add(lease.queue());
        return script.perform("restore", session, lease.question().ref(), own)
                .map(answer -> RedisAnswers.word(answer).equals("restored"))
                .onSuccess(restored -> {
                    if (restored) {
                        due.renew(session);
                    }
                });
    }

    @Override
    public Future<Stopped> stop(SessionId session, @Nullable TurnId turn, @Nullable String ref) {
        Arguments own = new Arguments().add(turn == null ? null : turn.value()).add(STOP_KEPT.toMillis());
        return script.perform("stop", session, turn == null ? ref : null, own).map(RedisAnswers::stopped);
    }

    @Override
    public Future<Stopped> cancel(SessionId session, String ref) {
        return script.perform("cancel", session, ref, new Arguments()).map(RedisAnswers::stopped);
    }

    @Override
    public Future<Reading> read(SessionId session, @Nullable Position from, boolean messages) {
        Arguments own = new Arguments()
                .add(from != null)
                .add(from == null ? null : from.epoch())
                .add(from == null ? 0 : from.seq())
                .add(messages)
                .add(MAX_READ_BYTES);
        return script.perform("read", session, null, own).map(answer -> RedisReading.of(answer, from));
    }

    @Override
    public Future<@Nullable String> agent(SessionId session) {
        return send(Request.cmd(Command.GET).arg(new Keys(session).agent())).map(RedisStore::text);
    }

    @Override
    public void follow(SessionId session, Consumer<News> follower) {
        ear.follow(session, follower);
    }

    @Override
    public void unfollow(SessionId session) {
        ear.unfollow(session);
    }

    @Override
    public Future<List<SessionId>> due() {
        return due.take();
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public Future<Void> probe() {
        return send(Request.cmd(Command.PING)).mapEmpty();
    }

    @Override
    public String kind() {
        return "redis";
    }

    @Override
    public Future<Void> close() {
        return Future.join(ear.close(), link.close()).mapEmpty();
    }

    private Future<@Nullable Response> send(Request command) {
        return link.run(COMMAND_BYTES, redis -> redis.send(command));
    }

    private static @Nullable String text(@Nullable Response reply) {
        return reply == null ? null : reply.toString();
    }
}
