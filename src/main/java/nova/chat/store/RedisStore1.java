package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;
import nova.chat.config.Config;
import nova.chat.protocol.Message;
import nova.chat.protocol.SessionId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Conversations in Redis, where they outlive the process and where other replicas find them.
 *
 * <p>The layout is told by {@link Keys}, the atomic steps are the Lua files beside this class. The agent's key lies in
 * another slot than the rest, so it is read and refreshed by a command of its own, sent along with the script.
 */
public final class RedisStore1 implements Store1 {
    /** Of {@code meta}. A replica that meets a newer one, in a rolling upgrade, refuses instead of guessing. */
    private static final int SCHEMA = 1;

    private static final Script BEGIN = Script.named("begin.lua");
    private static final Script END = Script.named("end.lua");

    /** Keys, digest and numbers around a message. */
    private static final int COMMAND_BYTES = 512;

    private static final Logger LOG = LoggerFactory.getLogger(RedisStore1.class);

    private final RedisLink link;
    private final Config.Turns turns;

    /**
     * Connects when first asked something, so creating it never fails because Redis is away.
     *
     * @param url {@code redis://} or {@code rediss://}
     * @throws IllegalArgumentException if the URL is neither; without its text
     */
    public RedisStore1(Vertx vertx, String url, Config.Turns turns) {
        this(vertx, url, turns, null);
    }

    /**
     * For tests with a certificate of their own.
     *
     * @param trust null: the JVM's own
     */
    RedisStore1(Vertx vertx, String url, Config.Turns turns, @Nullable TrustOptions trust) {
        this.link = RedisLink.to(vertx, new RedisAddress(url, trust), List.of(BEGIN, END));
        this.turns = turns;
    }

    @Override
    public Future<Begun> begin(SessionId session, @Nullable String owner, Message question) {
        Keys keys = new Keys(session);
        // Both are refreshed by whoever knocks, also by who is then turned away: a week more, and nothing learnt.
        Request agent = Request.cmd(Command.GETEX).arg(keys.agent()).arg("PX").arg(KEPT.toMillis());
        Future<@Nullable Response> agentId = send(agent);
        Future<Response> stored = run(BEGIN, keys, question, owner == null ? "" : owner);
        return Future.all(agentId, stored).map(both -> begun(stored.result(), text(agentId.result()), question));
    }

    private static Begun begun(Response stored, @Nullable String agentId, Message question) {
        if (stored.get(0).toString().equals("forbidden")) {
            return new Begun.Forbidden();
        }
        List<byte[]> kept = stored.stream().skip(1).map(Response::toBytes).toList();
        return new Begun.Accepted(agentId, Conversation.upTo(question, kept));
    }

    @Override
    public Future<Known> look(SessionId session) {
        Keys keys = new Keys(session);
        Future<@Nullable Response> agentId = send(Request.cmd(Command.GET).arg(keys.agent()));
        Request meta = Request.cmd(Command.HMGET).arg(keys.meta()).arg("schema").arg("owner");
        Future<Optional<String>> owner =
                link.run(COMMAND_BYTES, redis -> redis.send(meta).map(RedisStore1::owner));
        return Future.all(agentId, owner).map(both -> new Known(owner.result().orElse(null), text(agentId.result())));
    }

    private static Optional<String> owner(Response meta) {
        String schema = text(meta.get(0));
        if (schema != null && Integer.parseInt(schema) > SCHEMA) {
            throw newer(schema);
        }
        return Optional.ofNullable(text(meta.get(1)));
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
    public Future<Void> end(SessionId session, Message answer) {
        Keys keys = new Keys(session);
        Future<@Nullable Response> agent =
                send(Request.cmd(Command.PEXPIRE).arg(keys.agent()).arg(KEPT.toMillis()));
        String state = answer.state() == Message.State.COMPLETE ? "complete" : "failed";
        Future<Response> stored = run(END, keys, answer, state).onSuccess(how -> {
            if (how.get(0).toString().equals("forgotten")) {
                LOG.info("Session {} is gone from Redis; the answer that came for it is not kept", session);
            }
        });
        return Future.all(agent, stored).mapEmpty();
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
        return link.close();
    }

    private Future<@Nullable Response> send(Request command) {
        return link.run(COMMAND_BYTES, redis -> redis.send(command));
    }

    /** Both scripts take the same arguments, but for the last. */
    private Future<Response> run(Script script, Keys keys, Message message, String last) {
        byte[] json = MessageJson.encode(message);
        byte[] mark = MessageJson.mark(message.role(), message.turn());
        return link.run(
                        json.length + COMMAND_BYTES,
                        redis -> script.run(redis, keys.forScripts(), arguments -> {
                            arguments.arg(SCHEMA).arg(KEPT.toMillis());
                            arguments.arg(turns.maxHistory()).arg(turns.maxBytes());
                            arguments
                                    .arg(message.turn().value())
                                    .arg(json)
                                    .arg(mark)
                                    .arg(last);
                        }))
                .map(RedisStore1::ofOurSchema);
    }

    private static Response ofOurSchema(Response answer) {
        if (answer.get(0).toString().equals("newer")) {
            throw newer(answer.get(1).toString());
        }
        return answer;
    }

    private static StoreUnavailable newer(String schema) {
        return new StoreUnavailable("the session was written by a newer version of the service (schema " + schema
                + ", ours is " + SCHEMA + ")");
    }

    private static @Nullable String text(@Nullable Response reply) {
        return reply == null ? null : reply.toString();
    }
}
