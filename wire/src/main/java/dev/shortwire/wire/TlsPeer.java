package dev.shortwire.wire;

import dev.shortwire.Bytes;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// Who the other end of a TLS connection has proved to be: the names in its certificate.
///
/// A node's name stands among the subject alternative names (RFC 5280, section 4.2.1.6), as the DNS name `node-1`, as the
/// URI `shortwire:node-1`, or as the last segment of a URI `spiffe://…/node-1`. The common name is not looked at.
///
/// @param names  names in lower case, those of URIs first; empty for a peer that showed no certificate
/// @param proof  SHA-256 of the certificate, empty where there is none
public record TlsPeer(List<String> names, Bytes proof) {
    /// One that showed no certificate.
    public static final TlsPeer ANONYMOUS = new TlsPeer(List.of(), Bytes.EMPTY);

    private static final String REMEMBERED = "shortwire.peer";
    private static final int DNS = 2;
    private static final int URI_NAME = 6;

    public TlsPeer {
        names = List.copyOf(names);
    }

    /// The peer of a connection whose handshake is over. Its certificate has been believed by then. Remembered in the
    /// session, so that it costs little to ask for each frame.
    public static TlsPeer of(SSLSession session) {
        if (session.getValue(REMEMBERED) instanceof TlsPeer known) {
            return known;
        }
        TlsPeer peer = ANONYMOUS;
        try {
            if (session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
                peer = of(certificate);
            }
        } catch (SSLPeerUnverifiedException none) {
            return ANONYMOUS;
        }
        session.putValue(REMEMBERED, peer);
        return peer;
    }

    static TlsPeer of(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return new TlsPeer(List.copyOf(namesIn(certificate)), Bytes.adopt(digest));
        } catch (CertificateEncodingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("a certificate that was read can be written, and SHA-256 is everywhere", e);
        }
    }

    private static Set<String> namesIn(X509Certificate certificate) {
        Collection<List<?>> alternatives;
        try {
            alternatives = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return Set.of();
        }
        Set<String> names = new LinkedHashSet<>();
        List<String> dns = new ArrayList<>();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                if (alternative.get(0) instanceof Integer type && alternative.get(1) instanceof String text) {
                    if (type == URI_NAME) {
                        add(nameInUri(text), names);
                    } else if (type == DNS) {
                        add(text, dns);
                    }
                }
            }
        }
        names.addAll(dns);
        return names;
    }

    private static void add(String name, Collection<String> names) {
        if (!name.isEmpty()) {
            names.add(name.toLowerCase(Locale.ROOT));
        }
    }

    /// The node that a URI names; empty where it names none.
    private static String nameInUri(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException malformed) {
            return "";
        }
        if ("shortwire".equals(uri.getScheme()) && uri.isOpaque()) {
            return uri.getSchemeSpecificPart();
        }
        String path = "spiffe".equals(uri.getScheme()) && uri.getPath() != null ? uri.getPath() : "";
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// The name that this peer goes by; [FrameHandler.Caller#ANONYMOUS] where it has none.
    public String principal() {
        return names.isEmpty() ? FrameHandler.Caller.ANONYMOUS : names.getFirst();
    }

    /// Whether a frame of that sender may come from this peer: whether the certificate has the name.
    public boolean maySendAs(Sender sender) {
        return names.contains(sender.name());
    }

    /// Why a frame was refused to which [#maySendAs] does not agree, for people.
    public String refusal(Sender sender) {
        return "sender \"" + sender.name().replaceAll("\\p{Cntrl}", "?")
                + "\" must be one of the names in the certificate that came with it, "
                + names
                + "; give the node a certificate with its name as a subject alternative name";
    }
}
