package nova.chat.store;

import io.vertx.redis.client.Response;
import java.util.List;
import nova.chat.protocol.Position;
import nova.chat.protocol.TurnId;
import nova.chat.store.Store.Queue;
import nova.chat.store.Store.Stopped;
import org.jspecify.annotations.Nullable;

/** What the session's script answers, in our words: arrays whose first element says which answer it is. */
final class RedisAnswers {
    private RedisAnswers() {}

    static Begun begun(Response answer, String token) {
        return switch (word(answer)) {
            case "running" -> new Begun.Running(lease(answer.get(1), token));
            case "waiting" ->
                new Begun.Waiting(answer.get(1).toInteger(), answer.get(2).toInteger() == 1);
            case "known" ->
                new Begun.Known(
                        new TurnId(answer.get(1).toString()), answer.get(2).toInteger());
            case "busy" -> new Begun.Busy();
            case "full" -> new Begun.QueueFull();
            case "forbidden" -> new Begun.Forbidden();
            default -> throw unexpected();
        };
    }

    static Lease lease(Response lease, String token) {
        return new Lease(
                token,
                new Position(lease.get(0).toString(), lease.get(1).toLong()),
                QuestionCodec.decode(lease.get(4).toBytes()),
                flag(lease.get(2)),
                lease.get(5).toLong(),
                flag(lease.get(3)));
    }

    static Written written(Response answer, @Nullable String nextToken) {
        return switch (word(answer)) {
            case "kept" ->
                new Written.Kept(answer.get(1).toInteger() == 1, answer.get(2).toLong());
            case "ended" ->
                new Written.Ended(answer.size() < 3 || nextToken == null ? null : lease(answer.get(2), nextToken));
            case "behind" -> new Written.Behind(answer.get(1).toLong());
            case "gone" -> new Written.Gone();
            case "lost" -> new Written.Lost();
            default -> throw unexpected();
        };
    }

    static Stopped stopped(Response answer) {
        Response turn = answer.get(1);
        return new Stopped(turn == null ? null : new TurnId(turn.toString()));
    }

    static Queue queue(Response answer) {
        return new Queue(answer.get(1).toLong(), waiting(answer.get(2)));
    }

    static List<Store.Waiting> waiting(Response queue) {
        return queue.stream().map(one -> QuestionCodec.waiting(one.toBytes())).toList();
    }

    static List<byte[]> bytes(Response strings) {
        return strings.stream().map(Response::toBytes).toList();
    }

    static String word(Response answer) {
        return answer.get(0).toString();
    }

    private static boolean flag(Response digit) {
        return digit.toString().equals("1");
    }

    private static StoreUnavailable unexpected() {
        return new StoreUnavailable("Redis: an answer that is none of ours");
    }
}
