package nova.chat.store;

import nova.chat.protocol.TurnId;

/** What {@link Store#begin} answers. */
public sealed interface Begun {
    /** It is to be run, now, by the caller. */
    record Running(Lease lease) implements Begun {}

    /**
     * It waits.
     *
     * @param position 1 is next
     * @param free nothing runs: somebody may {@link Store#claim} what waits
     */
    record Waiting(int position, boolean free) implements Begun {}

    /**
     * A message of this {@code ref} is known: nothing was stored.
     *
     * @param position where it waits, 1 is next; 0 where it runs or has ended
     */
    record Known(TurnId turn, int position) implements Begun {}

    /** A turn runs, and waiting was not wanted; nothing was stored. */
    record Busy() implements Begun {}

    /** Too many wait; nothing was stored. */
    record QueueFull() implements Begun {}

    /** The session belongs to another key; nothing was stored. */
    record Forbidden() implements Begun {}
}
