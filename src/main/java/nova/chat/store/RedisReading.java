package nova.chat.store;

import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import nova.chat.log.Batch;
import nova.chat.protocol.Message;
import nova.chat.protocol.Message.Role;
import nova.chat.protocol.Message.State;
import nova.chat.protocol.Position;
import nova.chat.protocol.TurnId;
import nova.chat.store.Reading.Since;
import org.jspecify.annotations.Nullable;

/** What {@code read.lua} answers, in our words. */
final class RedisReading {
    private final Response answer;

    private RedisReading(Response answer) {
        this.answer = answer;
    }

    /**
     * Takes it apart.
     *
     * @param from where it was to be read from; null for the start of what runs
     */
    static Reading of(Response answer, @Nullable Position from) {
        return new RedisReading(answer).reading(from);
    }

    private Reading reading(@Nullable Position from) {
        Position top = new Position(answer.get(2).toString(), answer.get(3).toLong());
        long begins = answer.get(5).toLong();
        String turn = text(answer.get(4));
        TurnId running = turn == null ? null : new TurnId(turn);
        List<Question> waiting = waiting();
        return new Reading(
                text(answer.get(1)),
                top,
                running,
                begins,
                Duration.ofMillis(Math.max(0, answer.get(6).toLong())),
                waiting,
                answer.get(7).toInteger() == 1,
                Since.valueOf(answer.get(9).toString()),
                batches(from == null ? begins : from.seq()),
                messages(running, waiting));
    }

    private List<Question> waiting() {
        long told = answer.get(8).toLong();
        return RedisAnswers.waiting(answer.get(11)).stream()
                .filter(one -> one.added() <= told)
                .map(Store.Waiting::question)
                .toList();
    }

    private List<Batch> batches(long after) {
        return answer.get(10).stream().map(entry -> batch(entry, after)).toList();
    }

    /** One stream entry's fields; of the one across the position, only what lies behind it. */
    private static Batch batch(Response entry, long after) {
        List<byte[]> fields = RedisAnswers.bytes(entry);
        Batch batch = BatchCodec.decode(entry.get(1).toLong(), fields.subList(2, fields.size()));
        return BatchCodec.after(after, batch);
    }

    private List<Message> messages(@Nullable TurnId running, List<Question> waiting) {
        Stream<Message> kept = RedisAnswers.bytes(answer.get(12)).stream()
                .map(MessageJson::decode)
                .map(message -> isAskedBy(message, running) ? in(State.RUNNING, message) : message);
        return Stream.concat(kept, waiting.stream().map(question -> question.message(State.WAITING)))
                .toList();
    }

    private static boolean isAskedBy(Message message, @Nullable TurnId running) {
        return message.role() == Role.USER && message.turn().equals(running);
    }

    private static Message in(State state, Message message) {
        return new Message(message.role(), message.content(), message.turn(), message.ref(), message.at(), state);
    }

    private static @Nullable String text(@Nullable Response value) {
        return value == null ? null : value.toString();
    }
}
