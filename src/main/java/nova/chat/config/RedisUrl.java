package nova.chat.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Redis URL, taken apart. Only its form is checked: nothing is looked up. Holds a secret, which its text form leaves
 * out.
 *
 * @param userInfo percent-encoded, as it stood there; empty: none
 * @param hosts at least one; one Redis, or the sentinels to ask, or the nodes by which to find a Cluster
 * @param database null where none is named
 * @param master the name by which sentinels know it; null but for them
 */
public record RedisUrl(
        Shape shape,
        boolean tls,
        String userInfo,
        List<Host> hosts,
        @Nullable Integer database,
        @Nullable String master) {
    /** What is found behind it. */
    public enum Shape {
        SINGLE(6379),
        SENTINEL(26_379),
        CLUSTER(6379);

        private final int port;

        Shape(int port) {
            this.port = port;
        }
    }

    /**
     * One of several.
     *
     * @param name an IPv6 address without its brackets
     */
    public record Host(String name, int port) {
        /** As in a URL. */
        @Override
        public String toString() {
            return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
        }
    }

    static final String ALLOWED = "`redis://[[user]:password@]host[:port][/database]`;"
            + " or `redis+sentinel://[[user]:password@]host[:port],…[/database]?master=name`, the sentinels;"
            + " or `redis+cluster://[[user]:password@]host[:port],…`, nodes of a Cluster, which has no database but 0;"
            + " each also with `rediss`, for TLS (special characters of a password percent-encoded)";

    // An at sign in the user info, or a slash, is percent-encoded; Redis itself allows no other characters in a name.
    private static final Pattern FORM = Pattern.compile(
            "(?<scheme>rediss?)(?:\\+(?<shape>sentinel|cluster))?://"
                    + "(?:(?<user>[^@/?#]*)@)?(?<hosts>[^@/?#]+)(?:/(?<database>[0-9]{1,5})?)?(?:\\?master=(?<master>[0-9A-Za-z._-]+))?");

    /**
     * Takes it apart.
     *
     * @throws IllegalArgumentException if it is none; says why, and nothing of its text, which may hold a password
     */
    public static RedisUrl parse(String text) {
        Matcher parts = FORM.matcher(text);
        demand(parts.matches(), "not one of " + ALLOWED.replace("`", ""));
        Shape shape = shape(parts.group("shape"));
        String database = parts.group("database");
        demand(shape != Shape.CLUSTER || database == null || database.equals("0"), "a Cluster has no database but 0");
        String master = parts.group("master");
        demand(
                (shape == Shape.SENTINEL) == (master != null),
                "?master=name belongs to redis+sentinel://, and only there");
        String user = parts.group("user") == null ? "" : parts.group("user");
        demand(
                user.isEmpty() || uri("redis://" + user + "@host") != null,
                "user and password are to be percent-encoded");
        List<Host> hosts = hosts(parts.group("hosts"), shape);
        return new RedisUrl(
                shape,
                parts.group("scheme").equals("rediss"),
                user,
                hosts,
                database == null ? null : Integer.valueOf(database),
                master);
    }

    /** The text of a URL, with a database where it names none and could. */
    static String withDatabase(String text, int database) {
        RedisUrl url = parse(text);
        if (url.shape == Shape.CLUSTER || url.database != null) {
            return text;
        }
        int query = text.indexOf('?');
        String base = query < 0 ? text : text.substring(0, query);
        return base + (base.endsWith("/") ? "" : "/") + database + (query < 0 ? "" : text.substring(query));
    }

    private static Shape shape(@Nullable String word) {
        return word == null ? Shape.SINGLE : word.equals("sentinel") ? Shape.SENTINEL : Shape.CLUSTER;
    }

    private static List<Host> hosts(String text, Shape shape) {
        List<Host> hosts = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            hosts.add(host(uri("redis://" + one), shape));
        }
        demand(
                shape != Shape.SINGLE || hosts.size() == 1,
                "several hosts are for redis+sentinel:// and redis+cluster://");
        return List.copyOf(hosts);
    }

    private static Host host(@Nullable URI uri, Shape shape) {
        if (uri == null || uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw new IllegalArgumentException("a host is a name (letters, digits, dots, hyphens) or an address");
        }
        String name = uri.getHost().replaceAll("[\\[\\]]", "");
        return new Host(name, uri.getPort() < 0 ? shape.port : uri.getPort());
    }

    private static @Nullable URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) { // not kept: its message holds the text
            return null;
        }
    }

    private static void demand(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    @Override
    public String toString() {
        return "RedisUrl[shape=%s, tls=%s, hosts=%s, database=%s, master=%s]"
                .formatted(shape, tls, hosts, database, master);
    }
}
