package nova.chat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import nova.chat.config.BadConfiguration;
import nova.chat.config.Config;
import nova.chat.config.Environment;
import nova.chat.logging.Logging;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Reads the environment, starts the service, and ends it on SIGTERM with status 0. */
public final class Main {
    private static final int BAD_CONFIGURATION = 2;
    private static final int CANNOT_START = 1;
    /** What stopping may take beyond the time that running turns have. */
    private static final long STOP_EXTRA_MS = 6_000;

    private Main() {}

    public static void main(String[] args) {
        if (List.of(args).contains("--help")) {
            System.out.print(Environment.help());
            return;
        }
        try {
            run(Environment.read(System.getenv()));
        } catch (BadConfiguration e) {
            System.err.println(e.getMessage());
            System.exit(BAD_CONFIGURATION);
        }
    }

    private static void run(Config config) {
        Logging.start(config.service().logLevel());
        Logger log = LoggerFactory.getLogger(Main.class);
        LoggingEventBuilder starting = log.atInfo();
        for (Map.Entry<String, String> setting :
                Environment.effective(System.getenv()).entrySet()) {
            starting = starting.addKeyValue(setting.getKey(), setting.getValue());
        }
        starting.log("starting");

        Vertx vertx = vertx();
        ChatApi.start(vertx, config)
                .onSuccess(api -> {
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(api, config, log), "stop"));
                    log.atInfo()
                            .addKeyValue("port", api.port())
                            .addKeyValue("store", api.storeKind())
                            .log("listening");
                })
                .onFailure(e -> {
                    log.atError()
                            .addKeyValue("host", config.service().host())
                            .addKeyValue("port", config.service().port())
                            .setCause(e)
                            .log("cannot start");
                    System.exit(CANNOT_START);
                });
    }

    /** Runs in the JVM's shutdown; halting in it is what makes the status 0 where a signal would make it 143. */
    private static void stop(ChatApi api, Config config, Logger log) {
        log.info("stopping");
        CountDownLatch stopped = new CountDownLatch(1);
        api.stop().onComplete(done -> stopped.countDown());
        try {
            boolean inTime = stopped.await(config.service().drain().toMillis() + STOP_EXTRA_MS, TimeUnit.MILLISECONDS);
            log.info(inTime ? "stopped" : "stopped before all had ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(0);
    }

    private static Vertx vertx() {
        // Both are done around every task of the event loop, and used by nothing here.
        System.setProperty("vertx.disableTCCL", "true");
        System.setProperty("vertx.disableContextTimings", "true");
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
    }
}
