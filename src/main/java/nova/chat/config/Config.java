package nova.chat.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;

/** All that an operator set, or left at its default: one record a room. Made by {@link Environment}, checked there. */
public record Config(
        Service service, Edge edge, Keys keys, Upstream upstream, Turns turns, Storage storage, StandIn standIn) {

    /**
     * The process.
     *
     * @param port 0 lets the system choose one
     * @param drain how long running turns may go on after SIGTERM
     */
    public record Service(String host, int port, LogLevel logLevel, Duration drain) {}

    /** Python's level names, as the original took them. */
    public enum LogLevel {
        DEBUG,
        INFO,
        WARNING,
        ERROR,
        CRITICAL
    }

    /**
     * The client side.
     *
     * @param allowedOrigins {@code *} or exact origins, without a trailing slash
     * @param trustedProxies addresses and CIDR blocks whose {@code X-Forwarded-For} is believed
     * @param compression whether permessage-deflate is offered
     * @param handshake how long a connection may take to send a request's header
     * @param ping how long a socket may be silent before it is asked
     * @param pong how long it may take to answer
     * @param slow how long a socket may take nothing while something waits for it
     */
    public record Edge(
            List<String> allowedOrigins,
            List<String> trustedProxies,
            int maxConnections,
            int maxConnectionsPerAddress,
            int maxMessageBytes,
            boolean compression,
            Duration handshake,
            Duration ping,
            Duration pong,
            Duration slow) {}

    /**
     * Who may come in.
     *
     * @param deadline how long a connection may take to bring a key that it needs
     * @param remember how long a good verdict is used without asking again
     */
    public record Keys(Rule rule, Duration deadline, Duration remember) {
        public enum Rule {
            /** The Orchestrator decides, also on whether a key is needed at all. */
            ASK,
            /** Everybody needs a key that the Orchestrator knows. */
            REQUIRE,
            /** Nobody is asked; a key that is brought is forwarded. */
            OFF
        }
    }

    /**
     * The Orchestrator.
     *
     * @param url empty: the built-in one
     * @param header how long the response header may take
     * @param stall how long an event stream may be silent
     */
    public record Upstream(
            Optional<URI> url, String agentName, String model, Duration connect, Duration header, Duration stall) {
        /** As a record says itself, without the URL's user info. */
        @Override
        public String toString() {
            return "Upstream[url=%s, agentName=%s, model=%s, connect=%s, header=%s, stall=%s]"
                    .formatted(masked(url), agentName, model, connect, header, stall);
        }
    }

    /**
     * Turns.
     *
     * @param maxHistory messages of a conversation that go upstream, the new one included
     * @param maxBytes of an answer's text; also the most that one event, or one conversation sent upstream, may hold
     * @param total how long a turn may run
     * @param patience how long a message waits for an Orchestrator that is away
     */
    public record Turns(int maxHistory, int maxBytes, Duration total, Duration patience) {}

    /**
     * Where conversations are kept.
     *
     * @param redis a Redis URL; empty: in memory, lost with the process
     * @param sessionSecret what the keys of waiting messages are sealed with; empty: they are not stored
     */
    public record Storage(Optional<String> redis, Optional<SecretKey> sessionSecret) {
        /** As a record says itself, without the URL's user info and the secret. */
        @Override
        public String toString() {
            return "Storage[redis=" + masked(redis) + ", sessionSecret=" + (sessionSecret.isPresent() ? "…" : "none")
                    + "]";
        }
    }

    /**
     * The built-in Orchestrator.
     *
     * @param keys API keys that it accepts; none: it asks for none
     */
    public record StandIn(List<String> keys) {
        /** How many keys there are, and not which. */
        @Override
        public String toString() {
            return "StandIn[keys=" + keys.size() + "]";
        }
    }

    private static Optional<String> masked(Optional<?> url) {
        return url.map(Object::toString).map(Privacy.USER_INFO::mask);
    }
}
