package nova.chat.store;

import java.nio.charset.StandardCharsets;
import java.util.List;
import nova.chat.log.Batch;

/**
 * What is published to a session's channel: {@link Netstrings} of a word and, after {@code grown}, the owner, the epoch, the
 * first event's number, and the fields of {@link BatchCodec}.
 */
final class NewsCodec {
    private NewsCodec() {}

    /** Reads one. Whatever it cannot read means that something happened: the log is the truth. */
    static News decode(byte[] payload) {
        try {
            List<byte[]> parts = Netstrings.split(payload);
            return switch (text(parts.get(0))) {
                case "called" -> new News.Called();
                case "grown" -> {
                    long first = Long.parseLong(text(parts.get(3)));
                    Batch batch = BatchCodec.decode(first, parts.subList(4, parts.size()));
                    String owner = text(parts.get(1));
                    yield new News.Grown(owner.isEmpty() ? null : owner, text(parts.get(2)), batch);
                }
                default -> new News.Changed();
            };
        } catch (StoreUnavailable | IndexOutOfBoundsException | NumberFormatException e) {
            return new News.Changed();
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
