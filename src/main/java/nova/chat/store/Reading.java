package nova.chat.store;

import java.time.Duration;
import java.util.List;
import nova.chat.log.Batch;
import nova.chat.protocol.Message;
import nova.chat.protocol.Position;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * A session as the store has it at one moment.
 *
 * @param owner the principal that it belongs to; null for none
 * @param top the end of its log; {@link Position#NONE} for one that nobody has begun
 * @param running the turn that runs; null for none
 * @param runningFrom the seq before the running turn's first event; top's where none runs
 * @param lease how long the running turn's lease still lasts; zero where none runs
 * @param waiting the messages that wait and are told in the log, oldest first
 * @param free whether something waits and nothing runs
 * @param since whether the log can be continued from the position that was given
 * @param batches what followed that position, oldest first; all of it, or the oldest part of it where that is too much at
 *     once. Empty unless {@code CONTINUES}
 * @param messages where asked for: those that the conversation has at {@code top}, the running question included
 */
public record Reading(
        @Nullable String owner,
        Position top,
        @Nullable TurnId running,
        long runningFrom,
        Duration lease,
        List<Question> waiting,
        boolean free,
        Since since,
        List<Batch> batches,
        List<Message> messages) {

    public enum Since {
        CONTINUES,
        OTHER_EPOCH,
        /** What followed is gone: too old, or too much. */
        TRIMMED,
        /** The log does not reach that far. */
        AHEAD
    }
}
