package nova.chat.store;

import nova.chat.protocol.Position;

/**
 * The right to run one turn, which is also the right to number the session's events: there is one at a time over all
 * replicas. It lasts {@link Store#LEASE} from the last write with it. Whoever writes late finds that it was taken away.
 *
 * @param token names it, and nobody else's; made with {@link Store#token}
 * @param from where the log stood when it was given: the next event is {@code from.seq() + 1} of that epoch
 * @param told whether the log says already that the message was accepted
 * @param queue the version of the queue that the log tells
 * @param stopped whether it was stopped before it began: its end is all that is left to write
 */
public record Lease(String token, Position from, Question question, boolean told, long queue, boolean stopped) {}
