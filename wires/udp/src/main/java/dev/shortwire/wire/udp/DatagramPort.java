package dev.shortwire.wire.udp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// A UDP socket that blocks. Any thread may send, wake and close; one at a time receives.
interface DatagramPort extends AutoCloseable {
    /// Opens ports.
    interface Opening {
        /// A port of that address.
        ///
        /// @param port 0 for a free one
        DatagramPort open(InetAddress address, int port) throws IOException;
    }

    /// Number of the port.
    int number();

    /// Sends the first `length` bytes. It may be lost without a word.
    ///
    /// @throws IOException if the network does not take it, or the port is closed
    void send(byte[] datagram, int length, InetSocketAddress to) throws IOException;

    /// Blocks until a datagram arrives, and moves it into `target`, what does not fit left out. Not interruptible.
    ///
    /// @return its length; 0 also where [#wake] was called
    /// @throws IOException if the port is closed or broken
    int receive(byte[] target) throws IOException;

    /// Who sent the last datagram that was received; for the receiving thread.
    InetSocketAddress from();

    /// Ends the present [#receive], or else the next. Where that fails, closes the port, which ends it too.
    void wake();

    /// Tries [#wake], before anybody receives: what arrives meanwhile is lost.
    ///
    /// @throws IOException if it does not work within 100 ms; the port is closed then
    void proveWake() throws IOException;

    /// Ends [#receive] too. Safe to repeat.
    @Override
    void close();
}
