package nova.chat.testing;

import nova.chat.standin.Pace;
import nova.chat.standin.StandIn;

/** What stands in for the Orchestrator in tests. */
public final class Upstream {
    private Upstream() {}

    /** Answers at once: a test that wants an answer to last says so in a script. */
    public static StandIn.Options prompt() {
        return StandIn.Options.local().withPace(Pace.flatOut());
    }
}
