package nova.chat.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import nova.chat.protocol.Message;
import nova.chat.protocol.Position;
import nova.chat.store.Reading.Since;
import org.jspecify.annotations.Nullable;

/** What a viewer finds. */
final class MemoryReading {
    private final MemorySession session;
    private final @Nullable MemoryLease holder;

    MemoryReading(MemorySession session) {
        this.session = session;
        session.abandonPast();
        this.holder = session.held;
    }

    Store.Queue queue() {
        return new Store.Queue(session.queue.version(), session.queue.all());
    }

    Reading read(@Nullable Position wanted, boolean messages) {
        Position top = session.top();
        long runningFrom = holder == null ? top.seq() : holder.lease.from().seq();
        Position from = wanted == null ? new Position(top.epoch(), runningFrom) : wanted;
        Since since = since(from);
        return new Reading(
                session.owner,
                top,
                holder == null ? null : holder.turn(),
                runningFrom,
                holder == null ? Duration.ZERO : Duration.between(session.now(), holder.deadline),
                session.queue.told(),
                holder == null && !session.queue.isEmpty(),
                since,
                since == Since.CONTINUES ? session.log.after(from.seq()) : List.of(),
                messages ? messages() : List.of());
    }

    private Since since(Position from) {
        if (!from.epoch().equals(session.epoch)) {
            return Since.OTHER_EPOCH;
        }
        if (from.seq() > session.log.top()) {
            return Since.AHEAD;
        }
        return session.log.reaches(from.seq()) ? Since.CONTINUES : Since.TRIMMED;
    }

    private List<Message> messages() {
        List<Message> messages = new ArrayList<>();
        for (Message message : session.conversation.all()) {
            boolean isQuestion = message.role() == Message.Role.USER;
            if (isQuestion && holder != null && holder.turn().equals(message.turn())) {
                messages.add(holder.lease.question().message(Message.State.RUNNING));
            } else {
                messages.add(message);
            }
        }
        session.queue.told().forEach(question -> messages.add(question.message(Message.State.WAITING)));
        return messages;
    }
}
