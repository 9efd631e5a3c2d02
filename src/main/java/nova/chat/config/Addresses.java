package nova.chat.config;

import static nova.chat.config.Kind.demand;

import io.netty.util.NetUtil;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.regex.Pattern;

/** Kinds of value that name a place on a network. Only their form is checked: nothing is looked up. */
final class Addresses {
    private static final Pattern HOST = Pattern.compile("[0-9A-Za-z._:-]{1,253}");
    private static final Pattern ORIGIN =
            Pattern.compile("[A-Za-z][0-9A-Za-z+.-]*://(?:[0-9A-Za-z._-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?");
    private static final Pattern PREFIX_LENGTH = Pattern.compile("[0-9]{1,3}");

    private Addresses() {}

    static Kind<String> host() {
        return new Kind<>("a host name or an IP address, without brackets", text -> {
            demand(HOST.matcher(text).matches(), text);
            return text;
        });
    }

    static Kind<URI> httpUrl() {
        String allowed = "an `http://` or `https://` URL with a host (letters, digits, dots, hyphens) and no query";
        return new Kind<>(allowed, text -> {
            URI url = server(text, Set.of("http", "https"));
            String path = url.getRawPath();
            return URI.create(path.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        });
    }

    /** A {@link RedisUrl}, whose database is {@code database} where it names none. Kept as text. */
    static Kind<String> redisUrl(int database) {
        return new Kind<>(RedisUrl.ALLOWED + "; database " + database + " if none is named", text -> {
            try {
                return RedisUrl.withDatabase(text, database);
            } catch (IllegalArgumentException e) {
                throw new Refused(text);
            }
        });
    }

    private static URI server(String text, Set<String> schemes) throws Refused {
        try {
            URI url = new URI(text);
            demand(url.getScheme() != null && schemes.contains(url.getScheme()), text);
            demand(url.getHost() != null && url.getPort() != 0 && url.getPort() <= 65_535, text);
            demand(url.getRawQuery() == null && url.getRawFragment() == null, text);
            return url;
        } catch (URISyntaxException e) { // not kept: its message holds the value
            throw new Refused(text);
        }
    }

    /** {@code null}, the origin of sandboxed frames and local files, is refused: every site can have it. */
    static Kind<String> origin() {
        return new Kind<>("`*` (every origin) or `scheme://host[:port]` without wildcards", text -> {
            String origin = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
            demand(origin.equals("*") || ORIGIN.matcher(origin).matches(), text);
            return origin;
        });
    }

    static Kind<String> network() {
        return new Kind<>("an IP address or a CIDR block (`10.0.0.0/8`)", text -> {
            int slash = text.indexOf('/');
            String address = slash < 0 ? text : text.substring(0, slash);
            boolean four = NetUtil.isValidIpV4Address(address);
            // Netty takes brackets and zones ("fe80::1%eth0") too, which no block can have.
            boolean six = HOST.matcher(address).matches() && NetUtil.isValidIpV6Address(address);
            demand(four || six, text);
            demand(slash < 0 || isPrefixLength(text.substring(slash + 1), four ? 32 : 128), text);
            return text;
        });
    }

    private static boolean isPrefixLength(String text, int max) {
        return PREFIX_LENGTH.matcher(text).matches() && Integer.parseInt(text) <= max;
    }
}
