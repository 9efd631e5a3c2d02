package nova.chat.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.status.NopStatusListener;
import java.util.List;
import nova.chat.config.Config.LogLevel;
import org.slf4j.LoggerFactory;

/**
 * Sets up Logback, in code: a configuration file on the class path or named by a system property is not looked for.
 *
 * <p>Lines are written at once and whole, by the thread that logs. So none is lost at exit and none interleave; the price
 * is that a reader who stops reading standard output stops the service. A closed standard output is ignored.
 *
 * <p>Netty and Vert.x, which find SLF4J by themselves, are never heard below INFO: at DEBUG they write what goes over the
 * wire, and API keys do.
 */
public final class Logging {
    private static final List<String> LIBRARIES = List.of("io.netty", "io.vertx");

    private Logging() {}

    /** Logs from {@code level} on. May be called again, to change it. */
    public static void start(LogLevel level) {
        configure((LoggerContext) LoggerFactory.getILoggerFactory(), level);
    }

    static void configure(LoggerContext context, LogLevel level) {
        context.reset();
        context.getStatusManager().add(new NopStatusListener()); // else Logback's own worries go to standard output
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(threshold(level));
        root.addAppender(standardOutput(context, level == LogLevel.DEBUG));
        LIBRARIES.forEach(name -> context.getLogger(name).setLevel(libraryThreshold(level)));
    }

    /** Logback knows nothing above ERROR: CRITICAL shows errors too. */
    private static Level threshold(LogLevel level) {
        return switch (level) {
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARNING -> Level.WARN;
            case ERROR, CRITICAL -> Level.ERROR;
        };
    }

    private static Level libraryThreshold(LogLevel level) {
        return switch (level) {
            case DEBUG -> Level.INFO;
            case INFO, WARNING -> Level.WARN;
            case ERROR, CRITICAL -> Level.ERROR;
        };
    }

    private static ConsoleAppender<ILoggingEvent> standardOutput(LoggerContext context, boolean stacks) {
        JsonLine encoder = new JsonLine(stacks);
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setName("standard output");
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
