package nova.chat.testing;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What Java cannot send to a process by itself. */
final class Signal {
    private Signal() {}

    /** Sends a signal of this name, without its SIG. */
    static void send(String name, Process process) {
        try {
            int status = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + name + ": " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
