package nova.chat.testing;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The service as operators run it: {@code java -jar target/chat-api.jar}, configured by environment alone. What it prints
 * is collected; it can be asked to stop, and killed; it never outlives the test's JVM.
 */
public final class ServiceProcess implements Replica {
    private static final Path JAR = Path.of("target", "chat-api.jar");
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final long EXIT_S = 60;

    private final Process process;
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> readers;
    private final Thread lastResort;

    private ServiceProcess(ProcessBuilder builder) throws IOException {
        process = builder.start();
        lastResort = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(lastResort);
        process.getOutputStream().close();
        readers = List.of(read(process.getInputStream(), lines), read(process.getErrorStream(), complaints));
    }

    /** Running and listening on a port of its own, with the in-memory store; settings are names and values in turn. */
    public static ServiceProcess start(String... settings) {
        return start(List.of(), settings);
    }

    /** The same in a JVM with these flags. */
    public static ServiceProcess start(List<String> flags, String... settings) {
        List<String> all = new ArrayList<>(
                List.of("SERVICE_HOST", "127.0.0.1", "SERVICE_PORT", "0", "REDIS_URL", "memory", "LOG_LEVEL", "INFO"));
        all.addAll(List.of(settings));
        ServiceProcess service = launch(flags, List.of(), all.toArray(String[]::new));
        Bridge.eventually("it listens: " + service.complaints, () -> service.isListening() || !service.isAlive());
        if (!service.isListening()) {
            throw new IllegalStateException("it did not come up: " + service.lines + service.complaints);
        }
        return service;
    }

    /** Just started, with these settings and nothing else of this process's environment, and not waited for. */
    public static ServiceProcess launch(List<String> flags, List<String> arguments, String... settings) {
        List<String> command = new ArrayList<>(List.of(JAVA.toString()));
        command.addAll(flags);
        command.addAll(List.of("-jar", JAR.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.clear();
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        try {
            return new ServiceProcess(builder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until its store and its Orchestrator have answered it: a JVM that has just started is slow at first. */
    public ServiceProcess awaitReady() {
        Bridge.eventually(
                "it is ready", () -> Get.get(port(), "/health/ready?strict=1").statusCode() == 200);
        return this;
    }

    /** A port that nobody listens on just now: for what must be told its port. */
    public static int freePort() {
        return RedisServer.freePort();
    }

    @Override
    public int port() {
        return listening().getInteger("port");
    }

    public TestClient client() {
        return client("");
    }

    public TestClient client(String query, String... headers) {
        return TestClient.connect(port(), query, headers);
    }

    /** What it has written to standard output so far, line by line. */
    public List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** The same, each line read as the JSON object that it must be. */
    public List<JsonObject> log() {
        return lines().stream().map(JsonObject::new).toList();
    }

    /** What it has written to standard error so far. */
    public String complaints() {
        synchronized (complaints) {
            return String.join("\n", complaints);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGTERM. */
    public void terminate() {
        process.toHandle().destroy(); // the process's own destroy() would also stop us from reading what it prints
    }

    /** SIGSTOP: it is not heard of, and does not know it. */
    public void pause() {
        Signal.send("STOP", process);
    }

    /** SIGCONT. */
    public void resume() {
        Signal.send("CONT", process);
    }

    /** SIGKILL; it is gone when this returns. */
    public void kill() {
        process.toHandle().destroyForcibly();
        exit(Duration.ofSeconds(EXIT_S));
    }

    /** Its status, once it has ended and all that it printed is here; fails if that takes longer than this. */
    public int exit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("it still runs after " + limit + "; its last lines: " + lines());
            }
            for (Thread reader : readers) {
                reader.join(TimeUnit.SECONDS.toMillis(EXIT_S));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The most memory that it ever had resident, in bytes, as Linux counts it. */
    public long peakResidentBytes() {
        try {
            return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }

    private boolean isListening() {
        return lines().stream().anyMatch(line -> line.contains("\"listening\""));
    }

    private JsonObject listening() {
        return log().stream()
                .filter(line -> "listening".equals(line.getString("message")))
                .findFirst()
                .orElseThrow();
    }

    private static Thread read(InputStream stream, List<String> into) {
        Thread reader = new Thread(() -> {
            try (var in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                in.lines().forEach(into::add);
            } catch (IOException | UncheckedIOException ended) {
                into.add("(cut off: " + ended.getMessage() + ")");
            }
        });
        reader.setDaemon(true);
        reader.start();
        return reader;
    }
}
