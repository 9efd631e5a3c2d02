package nova.chat.edge;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whose address a request comes from: the socket's, or what a trusted proxy says. The header's last entry that is not
 * itself a trusted proxy counts; what stands before it was written by the client and proves nothing.
 */
final class ClientAddress {
    /** Somebody whom a proxy does not name. Never the proxy's own address, which the Orchestrator may trust. */
    private static final String UNKNOWN = "unknown";

    private static final Pattern WITH_PORT =
            Pattern.compile("([0-9.]+):[0-9]{1,5}|\\[([0-9A-Fa-f:.]+)](?::[0-9]{1,5})?");

    private final List<Block> trusted = new ArrayList<>();

    /** A CIDR block; a single address is one with all its bits. */
    private static final class Block {
        private final byte[] network;
        private final int bits;

        Block(byte[] network, int bits) {
            this.network = network;
            this.bits = bits;
        }

        boolean contains(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((address[bit >> 3] & mask) != (network[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * Takes the configured proxies.
     *
     * @param blocks addresses and CIDR blocks, checked by the configuration
     */
    ClientAddress(List<String> blocks) {
        for (String block : blocks) {
            int slash = block.indexOf('/');
            byte[] network = bytes(slash < 0 ? block : block.substring(0, slash));
            if (network == null) {
                throw new IllegalArgumentException("not an address: " + block);
            }
            trusted.add(
                    new Block(network, slash < 0 ? network.length * 8 : Integer.parseInt(block.substring(slash + 1))));
        }
    }

    String of(HttpServerRequest request) {
        String address = request.remoteAddress().hostAddress();
        if (!isTrusted(address)) {
            return address;
        }
        String forwarded = String.join(",", request.headers().getAll("X-Forwarded-For"));
        if (forwarded.isBlank()) {
            return address;
        }
        String[] hops = forwarded.split(",", -1);
        for (int i = hops.length - 1; i >= 0 && isTrusted(address); i--) {
            String hop = withoutPort(hops[i].strip());
            if (bytes(hop) == null) {
                return UNKNOWN; // and nothing before it can be believed either
            }
            address = hop;
        }
        return address;
    }

    /** Some proxies say the client's port too. */
    private static String withoutPort(String hop) {
        Matcher matcher = WITH_PORT.matcher(hop);
        if (!matcher.matches()) {
            return hop;
        }
        return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    }

    private boolean isTrusted(String address) {
        byte[] bytes = bytes(address);
        return bytes != null && trusted.stream().anyMatch(block -> block.contains(bytes));
    }

    /** Never asks DNS. An IPv4 address written as IPv6 is the IPv4 address. */
    private static byte @Nullable [] bytes(String address) {
        String plain = address.startsWith("::ffff:") && address.indexOf('.') > 0 ? address.substring(7) : address;
        return NetUtil.createByteArrayFromIpAddressString(plain);
    }
}
