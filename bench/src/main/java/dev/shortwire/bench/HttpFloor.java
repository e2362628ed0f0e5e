package dev.shortwire.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/// A plain HTTP/1.1 client on kept-alive connections to Jetty: `GET /CODE` is answered with the body of that code. The
/// client writes the bytes of its requests itself and reads no more of an answer than it needs. With many calls under way
/// it has a connection for each, as HTTP/1.1 clients do.
final class HttpFloor implements Floor {
    static final String NAME = "bare-http";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Server serve() throws IOException {
        org.eclipse.jetty.server.Server jetty = new org.eclipse.jetty.server.Server();
        HttpConfiguration plain = new HttpConfiguration();
        plain.setSendServerVersion(false);
        plain.setSendDateHeader(false);
        ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(plain));
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        connector.setPort(0);
        jetty.addConnector(connector);
        jetty.setHandler(new Answering());
        try {
            jetty.start();
        } catch (Exception e) {
            throw new IOException("Jetty does not start", e);
        }
        String port = Integer.toString(connector.getLocalPort());
        return new Server() {
            @Override
            public String address() {
                return port;
            }

            @Override
            public void close() {
                try {
                    jetty.stop();
                } catch (Exception e) {
                    System.err.println("bench: Jetty does not stop: " + e);
                }
            }
        };
    }

    @Override
    public Exchange connect(String address) throws IOException {
        return new HttpExchange(NAME,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(address)));
    }

    private static final class Answering extends Handler.Abstract.NonBlocking {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Body body = Body.of(Integer.parseInt(Request.getPathInContext(request).substring(1)));
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/octet-stream");
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length());
            response.write(true, ByteBuffer.wrap(body.encode().toByteArray()), callback);
            return true;
        }
    }
}
