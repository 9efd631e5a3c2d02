package nova.chat.protocol;

/**
 * Which events of a log a frame stands for (PROTOCOL.md, "Numbers").
 *
 * @param from the first of them, those included that the client did not ask for
 * @param seq the last
 * @param replay whether they had happened before the client was there
 */
public record Numbers(long from, long seq, boolean replay) {}
