package nova.chat.browser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static nova.chat.testing.Service.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Response;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page while half of the replicas are of another version, behind a balancer that gives out connections in turn. */
@Tag("browser")
class RolloutBrowserTest {
    private final Bridge bridge = Bridge.start();
    private final Vertx vertx = Vertx.vertx();
    private final NetClient replicas = vertx.createNetClient();
    private int connections;

    @AfterEach
    void stop() {
        await(vertx.close());
        bridge.close();
    }

    @Test
    void a_page_comes_whole_from_the_replicas_that_have_it() {
        int port = await(vertx.createNetServer().connectHandler(this::balance).listen(0, "127.0.0.1"))
                .actualPort();
        List<Response> files = new ArrayList<>();
        try (ChatPage page = Visitor.desktop().arrive()) {
            page.page().onResponse(response -> {
                if (response.url().contains("/ui/")) {
                    files.add(response);
                }
            });
            page.go("http://127.0.0.1:" + port + "/").awaitOpen().ask("Hello?");
            assertThat(files).anyMatch(response -> response.status() == 307);
            assertThat(files)
                    .filteredOn(response -> response.status() != 307)
                    .hasSizeGreaterThan(60)
                    .allMatch(RolloutBrowserTest::isOfThisEdition);
        }
    }

    private static boolean isOfThisEdition(Response response) {
        return response.status() == 200
                && response.headers().get("cache-control").endsWith("immutable");
    }

    /** Every other connection comes to a replica that knows no file by the name that the page says. */
    private void balance(NetSocket client) {
        boolean isOther = ++connections % 2 == 0;
        client.pause();
        replicas.connect(bridge.service().port(), "127.0.0.1").onSuccess(replica -> {
            client.handler(bytes -> replica.write(isOther ? inAnotherEdition(bytes) : bytes));
            replica.handler(client::write);
            client.closeHandler(v -> replica.close());
            replica.closeHandler(v -> client.close());
            client.resume();
        });
    }

    private static Buffer inAnotherEdition(Buffer request) {
        return Buffer.buffer(
                request.toString(ISO_8859_1).replaceFirst("^GET /ui/[0-9a-f]{10}/", "GET /ui/0123456789/"),
                "ISO-8859-1");
    }
}
