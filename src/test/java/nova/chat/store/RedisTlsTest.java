package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import nova.chat.testing.RedisServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rediss://} against a certificate made for {@code localhost}, and signed by nobody. */
class RedisTlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path directory;

    private static RedisServer redis;
    private static Path certificate;

    private final Loop loop = new Loop();

    @BeforeAll
    static void start_redis_with_tls() throws Exception {
        KeyStore keys = selfSigned(directory.resolve("redis.p12"));
        certificate = pem("CERTIFICATE", keys.getCertificate("redis").getEncoded());
        Path key =
                pem("PRIVATE KEY", keys.getKey("redis", PASSWORD.toCharArray()).getEncoded());
        redis = RedisServer.started(
                "--port",
                "0",
                "--tls-port",
                "$PORT",
                "--tls-auth-clients",
                "no",
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                key.toString());
    }

    @AfterAll
    static void stop_redis() {
        redis.close();
    }

    @AfterEach
    void close_the_loop() {
        loop.close();
    }

    @Test
    void a_trusted_certificate_for_this_host_is_accepted() {
        Store store = storeAt("localhost", new PemTrustOptions().addCertPath(certificate.toString()));
        loop.await(store::probe);
        loop.await(store::close);
    }

    @Test
    void a_certificate_for_another_host_is_refused() {
        Store store = storeAt("127.0.0.1", new PemTrustOptions().addCertPath(certificate.toString()));
        assertThat(loop.failure(store::probe)).hasMessageContaining("SSLHandshakeException");
        loop.await(store::close);
    }

    @Test
    void a_certificate_that_the_jvm_does_not_trust_is_refused() {
        Store store = storeAt("localhost", null);
        assertThat(loop.failure(store::probe)).hasMessageContaining("SSLHandshakeException");
        loop.await(store::close);
    }

    private Store storeAt(String host, @Nullable TrustOptions trust) {
        String url = "rediss://" + host + ":" + redis.port() + "/3";
        return new RedisStore(loop.vertx, url, StoreScene.turns(StoreScene.MAX_BYTES), trust);
    }

    private static KeyStore selfSigned(Path file) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static Path pem(String what, byte[] der) throws Exception {
        Path file = directory.resolve(what + ".pem");
        try (OutputStream out = Files.newOutputStream(file)) {
            String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
            out.write(("-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n")
                    .getBytes(StandardCharsets.US_ASCII));
        }
        return file;
    }
}
