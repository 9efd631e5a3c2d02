package nova.chat.store;

import java.nio.charset.StandardCharsets;
import java.util.List;
import nova.chat.protocol.Message;
import nova.chat.protocol.TurnId;
import nova.chat.store.Question.Errand;
import org.jspecify.annotations.Nullable;

/**
 * A question as it is kept until its turn has ended: {@link Netstrings} of turn, ref, owner and errand, which scripts look
 * at, and the message as the conversation will keep it, which they move there as it is. More of them, from a later
 * version, are passed over.
 */
final class QuestionCodec {
    private QuestionCodec() {}

    static byte[] encode(Question question) {
        return new Netstrings()
                .add(question.turn().value())
                .add(orEmpty(question.ref()))
                .add(orEmpty(question.owner()))
                .add(question.errand().kind().name())
                .add(question.errand().text())
                .add(MessageJson.encode(question.message(Message.State.COMPLETE)))
                .toBytes();
    }

    /**
     * Reads one back.
     *
     * @throws StoreUnavailable if it is none
     */
    static Question decode(byte[] bytes) {
        return decode(Netstrings.split(bytes));
    }

    private static Question decode(List<byte[]> parts) {
        if (parts.size() < 6) {
            throw new StoreUnavailable("a stored question cannot be read");
        }
        Message message = MessageJson.decode(parts.get(5));
        return new Question(
                new TurnId(text(parts.get(0))),
                orNull(text(parts.get(1))),
                message.content(),
                message.at(),
                orNull(text(parts.get(2))),
                new Errand(kind(text(parts.get(3))), text(parts.get(4))));
    }

    /** One that waits: before the question, the version that brought it, and whether it was stopped. */
    static Store.Waiting waiting(byte[] bytes) {
        List<byte[]> parts = Netstrings.split(bytes);
        if (parts.size() < 8) {
            throw new StoreUnavailable("a stored question cannot be read");
        }
        return new Store.Waiting(
                decode(parts.subList(2, parts.size())),
                Long.parseLong(text(parts.get(0))),
                text(parts.get(1)).equals("1"));
    }

    /** One of a later version's needs something that we know nothing of: not ours to run. */
    private static Errand.Kind kind(String name) {
        for (Errand.Kind kind : Errand.Kind.values()) {
            if (kind.name().equals(name)) {
                return kind;
            }
        }
        return Errand.Kind.HELD;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
