package dev.shortwire.cli;

/// A number of bytes in a configuration, written as [Units#bytes] reads it.
///
/// @param bytes 0 or more
record ByteSize(long bytes) {
    @Override
    public String toString() {
        return Units.text(bytes);
    }
}
