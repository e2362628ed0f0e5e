package dev.shortwire.cli;

import dev.shortwire.Bytes;
import dev.shortwire.spi.Codec;

/// Bytes as they are, under a media type that the configuration gives.
///
/// @param contentType media type of what the origin gives
record RawCodec(String contentType) implements Codec<Bytes> {
    @Override
    public Bytes encode(Bytes value) {
        return value;
    }

    @Override
    public Bytes decode(Bytes bytes) {
        return bytes;
    }

    /// False: the decoded form is the encoded one, and remembering it beside itself would only count it twice.
    @Override
    public boolean isImmutable() {
        return false;
    }
}
