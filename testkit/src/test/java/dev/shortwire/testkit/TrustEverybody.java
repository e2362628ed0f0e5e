package dev.shortwire.testkit;

import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/// The trust of a client that a test does not want to fail.
final class TrustEverybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
