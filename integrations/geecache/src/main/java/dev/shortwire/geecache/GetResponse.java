package dev.shortwire.geecache;

import dev.shortwire.Bytes;

/// groupcache's answer, a protobuf message: field 1 is the value (bytes), field 2 how often the key is asked for in a
/// minute (double), which nobody uses.
///
/// Read as protobuf prescribes (encoding, "Message Structure"): fields in any order, of one that comes twice the last one
/// counts, unknown ones are skipped, groups included. A message without a value has the empty one, since Go leaves an
/// empty value out. What a peer sent is not trusted: every length is checked against what is there before it is used.
final class GetResponse {
    /// What a message may have beside a value of full length: its tag and length, the rate, and some to spare for fields
    /// to come.
    static final int MAX_OVERHEAD_BYTES = 1024;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int GROUP_START = 3;
    private static final int GROUP_END = 4;
    private static final int FIXED32 = 5;
    private static final int VALUE_TAG = 1 << 3 | LENGTH;
    private static final int MAX_DEPTH = 100;

    private final Bytes message;
    private int at;

    private GetResponse(Bytes message) {
        this.message = message;
    }

    /// The bytes are no such message.
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1;

        MalformedException(String message) {
            super(message);
        }
    }

    static Bytes encode(Bytes value) {
        byte[] lengthBytes = new byte[5];
        int count = 0;
        int rest = value.length();
        while (rest > 0x7f) {
            lengthBytes[count++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        lengthBytes[count++] = (byte) rest;
        byte[] message = new byte[1 + count + value.length()];
        message[0] = VALUE_TAG;
        System.arraycopy(lengthBytes, 0, message, 1, count);
        value.copyTo(message, 1 + count);
        return Bytes.adopt(message);
    }

    /// The value in a message.
    static Bytes decode(Bytes message) throws MalformedException {
        GetResponse reader = new GetResponse(message);
        Bytes value = Bytes.EMPTY;
        while (reader.at < message.length()) {
            long tag = reader.tag();
            if (tag == VALUE_TAG) {
                int length = reader.length();
                value = message.slice(reader.at, reader.at + length);
                reader.at += length;
            } else {
                reader.skip(tag, 0);
            }
        }
        return value;
    }

    private long tag() throws MalformedException {
        int start = at;
        long tag = varint();
        if (tag >>> 3 == 0 || tag >>> 32 != 0) {
            throw new MalformedException("no field has the tag " + Long.toUnsignedString(tag) + " at byte " + start);
        }
        return tag;
    }

    private void skip(long tag, int depth) throws MalformedException {
        switch ((int) tag & 7) {
            case VARINT -> varint();
            case FIXED64 -> skipBytes(available(8));
            case FIXED32 -> skipBytes(available(4));
            case LENGTH -> skipBytes(length());
            case GROUP_START -> skipGroup(tag >>> 3, depth + 1);
            default -> throw new MalformedException("wire type " + (tag & 7) + " before byte " + at);
        }
    }

    private void skipBytes(int count) {
        at += count;
    }

    private void skipGroup(long field, int depth) throws MalformedException {
        if (depth > MAX_DEPTH) {
            throw new MalformedException("groups are nested deeper than " + MAX_DEPTH);
        }
        for (long tag = tag(); tag != (field << 3 | GROUP_END); tag = tag()) {
            skip(tag, depth);
        }
    }

    private int length() throws MalformedException {
        return available(varint());
    }

    private int available(long bytes) throws MalformedException {
        if (bytes < 0 || bytes > message.length() - at) {
            throw new MalformedException("a field of " + Long.toUnsignedString(bytes) + " bytes at byte " + at + " of "
                    + message.length());
        }
        return (int) bytes;
    }

    private long varint() throws MalformedException {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at >= message.length()) {
                throw new MalformedException("it ends within a number");
            }
            byte b = message.at(at++);
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new MalformedException("a number of more than 10 bytes before byte " + at);
    }
}
