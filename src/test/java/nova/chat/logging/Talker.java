package nova.chat.logging;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import nova.chat.config.Config.LogLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that logs, run by {@link LoggingTest}: only a process has a standard output of its own. */
final class Talker {
    private static final Logger LOG = LoggerFactory.getLogger(Talker.class);

    private Talker() {}

    /** Does what is named, in order; a level's name starts logging at it. */
    public static void main(String[] deeds) throws Exception {
        for (String deed : deeds) {
            switch (deed) {
                case "talk" -> talk();
                case "libraries" -> libraries();
                case "crowd" -> crowd();
                case "wait" -> awaitGo();
                case "exit" -> exit();
                default -> Logging.start(LogLevel.valueOf(deed));
            }
        }
    }

    private static void talk() {
        LOG.debug("debug");
        LOG.info("info");
        LOG.warn("warn");
        LOG.error("error", new IllegalStateException("broken"));
    }

    private static void libraries() throws Exception {
        Vertx vertx = Vertx.vertx();
        vertx.createHttpServer()
                .requestHandler(request -> {})
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS);
        // Vert.x says through its own logger that nobody handles this.
        vertx.runOnContext(go -> {
            throw new IllegalStateException("unhandled");
        });
        vertx.close().await(30, TimeUnit.SECONDS);
        var netty = InternalLoggerFactory.getInstance("io.netty.handler.logging.LoggingHandler");
        netty.debug("on the wire: X-API-Key");
        netty.error("from netty");
    }

    private static void crowd() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                for (int line = 0; line < 100; line++) {
                    LOG.atWarn().addKeyValue("line", line).log("x".repeat(10_000));
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void awaitGo() throws Exception {
        if (System.in.read() < 0) {
            throw new IllegalStateException("nobody said go");
        }
    }

    private static void exit() {
        LOG.error("last words");
        Runtime.getRuntime().halt(7); // no hook runs: what is not out by now is lost
    }
}
