package nova.chat.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import nova.chat.testing.Proxy.Way;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bad network does what the tests that use it believe. */
class ProxyTest {
    private static final int WAIT_MS = 20_000;

    private ServerSocket server;
    private Proxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        proxy = Proxy.to(server.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void bytes_pass_both_ways() throws IOException {
        try (Socket client = client();
                Socket peer = server.accept()) {
            send(client, "there");
            assertThat(read(peer, 5)).isEqualTo("there");
            send(peer, "back");
            assertThat(read(client, 4)).isEqualTo("back");
        }
    }

    @Test
    void what_is_held_up_comes_later() throws IOException {
        try (Socket client = client();
                Socket peer = server.accept()) {
            proxy.hold(Way.TO_SERVER);
            send(client, "late");
            send(peer, "early");
            assertThat(read(client, 5)).isEqualTo("early");
            assertThat(peer.getInputStream().available()).isZero();
            proxy.heal();
            assertThat(read(peer, 4)).isEqualTo("late");
        }
    }

    @Test
    void who_was_robbed_is_cut_when_the_network_heals() throws IOException {
        try (Socket client = client();
                Socket peer = server.accept()) {
            send(client, "a");
            assertThat(read(peer, 1)).isEqualTo("a");
            proxy.swallow(Way.TO_CLIENT);
            send(peer, "lost");
            send(client, "b");
            assertThat(read(peer, 1)).isEqualTo("b");
            Bridge.eventually("the bytes are gone", () -> proxy.swallowed() == 4);
            proxy.heal();
            assertThatThrownBy(() -> read(client, 1)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void a_connection_ends_after_so_many_bytes_and_all_end_at_once_when_cut() throws IOException {
        proxy.cutAfter(Way.TO_CLIENT, 3);
        try (Socket client = client();
                Socket peer = server.accept()) {
            send(peer, "abcdef");
            assertThatThrownBy(() -> read(client, 4))
                    .isInstanceOf(IOException.class); // a reset may take the three, too
        }
        proxy.cutAfter(Way.TO_CLIENT, -1);
        try (Socket client = client();
                Socket peer = server.accept()) {
            send(client, "a");
            assertThat(read(peer, 1)).isEqualTo("a");
            proxy.cut();
            assertThatThrownBy(() -> read(client, 1)).isInstanceOf(SocketException.class);
        }
    }

    private Socket client() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        client.setSoTimeout(WAIT_MS);
        return client;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static String read(Socket socket, int count) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(count);
        if (bytes.length < count) {
            throw new UncheckedIOException(new IOException("the end"));
        }
        return new String(bytes, US_ASCII);
    }
}
