package dev.shortwire.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/// Percent-encoding of UTF-8 text (RFC 3986, section 2.1), strict: what is malformed is refused, never guessed at.
public final class Percent {
    private static final String UNRESERVED = "-._~";
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private Percent() {}

    /// The text that `encoded`, a part of a path, stands for. Characters up to U+00FF are taken as the raw bytes that
    /// some clients send.
    ///
    /// @throws HttpProblem 400 if an escape is malformed or the bytes are not UTF-8
    public static String decode(String encoded) {
        return decode(encoded, false);
    }

    /// The text that `encoded`, a part of a query, stands for: as [#decode], and `+` is a space.
    ///
    /// @throws HttpProblem 400 if an escape is malformed or the bytes are not UTF-8
    public static String decodeQuery(String encoded) {
        return decode(encoded, true);
    }

    private static String decode(String encoded, boolean plusIsSpace) {
        byte[] bytes = new byte[encoded.length()];
        int length = 0;
        boolean plain = true;
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                bytes[length++] = (byte) (hexDigit(encoded, i + 1) << 4 | hexDigit(encoded, i + 2));
                i += 2;
                plain = false;
            } else if (c > 0xff) {
                throw new HttpProblem(400, "the address has a character beyond U+00FF; percent-encode it");
            } else {
                bytes[length++] = (byte) (plusIsSpace && c == '+' ? ' ' : c);
                plain &= c < 0x80 && c != '+';
            }
        }
        return plain ? encoded : utf8(bytes, length);
    }

    private static String utf8(byte[] bytes, int length) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
        } catch (CharacterCodingException e) {
            throw new HttpProblem(400, "the address is not percent-encoded UTF-8; encode it as such");
        }
    }

    private static int hexDigit(String encoded, int index) {
        int digit = index < encoded.length() && encoded.charAt(index) < 0x80
                ? Character.digit(encoded.charAt(index), 16) : -1;
        if (digit < 0) {
            throw new HttpProblem(400, "the address has a % that two hexadecimal digits do not follow; write % as %25");
        }
        return digit;
    }

    /// `text` as one segment of a path or one value of a query: everything but letters, digits and `-._~` is escaped.
    public static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(UTF_8)) {
            char c = (char) (b & 0xff);
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || UNRESERVED.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
            }
        }
        return encoded.toString();
    }
}
