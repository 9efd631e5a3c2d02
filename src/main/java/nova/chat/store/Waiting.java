package nova.chat.store;

import io.vertx.core.Promise;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The commands that have no answer yet: counted, bounded, and failed together when their connection is lost. */
final class Waiting {
    /** Each is a user's message or a turn's end: more of them are not waiting but lost. */
    static final int MAX_COMMANDS = 4_096;

    /** Four answers of the default limit; the socket copies them once more. Passed by one command at most. */
    static final long MAX_BYTES = 64L << 20;

    private final Set<Promise<?>> commands = new HashSet<>();
    private long bytes;

    boolean isFull() {
        return commands.size() >= MAX_COMMANDS || bytes > MAX_BYTES;
    }

    /** One more, until it is completed. */
    <T> Promise<T> add(long size) {
        Promise<T> command = Promise.promise();
        commands.add(command);
        bytes += size;
        command.future().onComplete(done -> {
            commands.remove(command);
            bytes -= size;
        });
        return command;
    }

    void failAll(String why) {
        // A copy: whoever hears of it may well begin again at once.
        List.copyOf(commands).forEach(command -> command.tryFail(new StoreUnavailable(why)));
    }
}
