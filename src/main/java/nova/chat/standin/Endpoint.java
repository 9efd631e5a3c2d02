package nova.chat.standin;

import org.jspecify.annotations.Nullable;

/** The Orchestrator's endpoints that a bridge uses: the route table. */
public enum Endpoint {
    HEALTH("GET", "/health/live"),
    VALIDATE("GET", "/api/v1/keys/validate"),
    AGENTS("POST", "/api/v1/agents"),
    STREAM("POST", "/api/v1/tasks/stream"),
    IDENTITY("GET", "/api/v1/identity");

    private final String method;
    private final String path;

    Endpoint(String method, String path) {
        this.method = method;
        this.path = path;
    }

    /** The only method that it answers to. */
    public String method() {
        return method;
    }

    /** Its path, absolute and without a query. */
    public String path() {
        return path;
    }

    static @Nullable Endpoint at(@Nullable String path) {
        for (Endpoint endpoint : values()) {
            if (endpoint.path.equals(path)) {
                return endpoint;
            }
        }
        return null;
    }
}
