package nova.chat.session;

import nova.chat.protocol.TurnId;

/**
 * What a session is at.
 *
 * @param running else it waits, and nothing runs
 */
public record Live(TurnId turn, boolean running) {}
