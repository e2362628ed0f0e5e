package dev.shortwire.wire.stream;

import dev.shortwire.wire.Tls;
import java.io.IOException;

/// Where the pipes of one kind of wire come from. Safe for use by any thread.
public interface Transport {
    /// Name of the wire, as in [dev.shortwire.wire.Wire#name()].
    String name();

    /// Starts to accept pipes.
    ///
    /// @param address as in [dev.shortwire.wire.Wire#listen]
    /// @throws dev.shortwire.ConfigurationException if it can't listen there; nothing stays half open
    Acceptor listen(String address);

    /// Opens a pipe to whoever listens at `address`. Blocks, `timeoutNanos` at the longest.
    ///
    /// @throws java.net.ConnectException        if nobody listens there, which proves that no process does
    /// @throws java.net.SocketTimeoutException if the time was over first
    /// @throws IOException                     if it can't be had for another reason
    Pipe connect(String address, long timeoutNanos) throws IOException;

    /// The same transport with TLS on every pipe: for those that leave the host.
    default Transport over(Tls tls) {
        return new TlsTransport(this, tls);
    }

    /// An address at which pipes are accepted.
    interface Acceptor extends AutoCloseable {
        /// Where peers connect, with the port that was taken.
        String address();

        /// Blocks until a peer has connected. A peer that fails to, or that may not, is none: the next one is awaited.
        ///
        /// @throws IOException if this acceptor is closed or can't go on
        Pipe accept() throws IOException;

        /// Ends [#accept] too. Safe to repeat.
        @Override
        void close();
    }
}
