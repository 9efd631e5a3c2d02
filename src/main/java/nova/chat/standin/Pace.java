package nova.chat.standin;

import java.time.Duration;

/**
 * How fast the stand-in talks.
 *
 * @param step how long each step before the answer takes
 * @param firstToken from the last step to the first piece of the answer
 * @param token between two pieces, on average: each waits half of it to one and a half
 * @param slow the silence before the answer to {@code slow}
 * @param heartbeat how long a silence lasts before it is filled
 */
public record Pace(Duration step, Duration firstToken, Duration token, Duration slow, Duration heartbeat) {
    private static final Duration HEARTBEAT = Duration.ofSeconds(3);

    /** About as fast as a hosted model: a first piece after a third of a second, then forty a second. */
    public static Pace ofAModel() {
        return new Pace(
                Duration.ofMillis(40),
                Duration.ofMillis(300),
                Duration.ofMillis(25),
                Duration.ofSeconds(10),
                HEARTBEAT);
    }

    /** No waiting, except that {@code slow} is still silent for a moment. */
    public static Pace flatOut() {
        return new Pace(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofMillis(100), HEARTBEAT);
    }

    public Pace withToken(Duration between) {
        return new Pace(step, firstToken, between, slow, heartbeat);
    }

    public Pace withSlow(Duration silence) {
        return new Pace(step, firstToken, token, silence, heartbeat);
    }

    public Pace withHeartbeat(Duration every) {
        return new Pace(step, firstToken, token, slow, every);
    }
}
