package dev.shortwire.wire.grpc;

import dev.shortwire.wire.ThisUser;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stands before what accepts connections: lets in only so many, and by a Unix socket only processes of this user or of
/// root, as the kernel tells.
@ChannelHandler.Sharable
final class ConnectionGate extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(ConnectionGate.class);

    private final int max;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Handshakes handshakes = new Handshakes();

    ConnectionGate(int max) {
        this.max = max;
    }

    int connections() {
        return open.get();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof Channel connection)) {
            ctx.fireChannelRead(message);
        } else if (!isOfThisUser(connection)) {
            refuse(connection, "it comes from another user");
        } else if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            refuse(connection, max + " are open; raise grpc.max-connections");
        } else {
            var _ = connection.closeFuture().addListener(closed -> open.decrementAndGet());
            connection.pipeline().addLast(handshakes);
            ctx.fireChannelRead(message);
        }
    }

    private void refuse(Channel connection, String why) {
        connection.unsafe().closeForcibly();
        if (refused.getAndIncrement() == 0) {
            log.warn("A gRPC connection was refused: {}; later ones are logged at debug level", why);
        } else {
            log.debug("A gRPC connection was refused: {}", why);
        }
    }

    private static boolean isOfThisUser(Channel connection) {
        if (!(connection instanceof EpollDomainSocketChannel unix)) {
            return true;
        }
        try {
            return ThisUser.trusts(unix.peerCredentials().uid());
        } catch (IOException e) {
            log.debug("The user of a connection can't be told", e);
            return false;
        }
    }
}
