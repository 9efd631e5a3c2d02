package nova.chat.log;

import nova.chat.protocol.Event;

/**
 * One event, or several pieces of text that were merged into one.
 *
 * @param first the number of the oldest event in it
 * @param last the number of the newest
 */
public record Taken(Event event, long first, long last) {}
