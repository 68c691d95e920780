"""TLS as `openssl s_client` and bare sockets see it: versions, ciphers, names, and what a connection may cost."""

import re
import socket
import ssl
import struct
import time
import unittest

from support.certificates import openssl
from support.cluster import Cluster, ClusterCase
from support.process import until

STRANGERS_BYTES = 128 << 10


def setUpModule():
    global cluster
    cluster = Cluster(listen="127.0.0.1:0", names=["coordinator.test"])
    unittest.addModuleCleanup(cluster.close)


def client(*arguments, place=None, alpn="h2"):
    """`openssl s_client`: whether the handshake came to an end, and all that it said."""
    more = ["-alpn", alpn] if alpn else []
    done = openssl(
        "s_client", "-connect", place or cluster.address, "-CAfile", f"{cluster.trust}/ca.pem", *more, *arguments,
        input="", check=False)
    text = done.stdout + done.stderr
    return bool(re.search(r"^New, TLSv1\.\d, Cipher is [A-Z]", text, re.MULTILINE)), text


def plain(place=None):
    host, port = (place or cluster.address).rsplit(":", 1)
    return socket.create_connection((host, int(port)), 10)


def stranger(alpn=("h2",)):
    """A connection of somebody without a certificate, after the handshake."""
    context = ssl.create_default_context(cadata=cluster.authority.decode())
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context.wrap_socket(plain(), server_hostname="127.0.0.1")


def until_closed(one, seconds):
    """How long until the other side has closed a connection; what came meanwhile is thrown away."""
    began = time.monotonic()
    one.settimeout(seconds)
    try:
        while one.recv(65536):
            pass
    except (ConnectionResetError, BrokenPipeError, ssl.SSLError):
        pass
    return time.monotonic() - began


class VersionTests(ClusterCase, unittest.TestCase):
    def test_old_versions_are_refused(self):
        for version in ("-tls1", "-tls1_1", "-tls1_2"):
            for place in (cluster.address, cluster.http):
                with self.subTest(version=version, place=place):
                    before = cluster.refused("failed_handshake")
                    done, text = client(version, "-cipher", "ALL:@SECLEVEL=0", place=place)
                    if place == cluster.http and version == "-tls1_2" and done:
                        self.fail(f"the pages are served over an older version: {text[-300:]}")
                    self.assertFalse(done, text)
                    self.assertRegex(text, "alert protocol version|no protocols available|unsupported protocol")
                    if place == cluster.address and "alert" in text:
                        until("it is counted", lambda: cluster.refused("failed_handshake") > before, 10)

    def test_the_version_the_chain_and_the_names(self):
        for name in ("127.0.0.1", "localhost", "coordinator.test", "::1"):
            with self.subTest(name=name):
                check = ["-verify_ip", name] if re.fullmatch(r"[0-9.]+|[0-9a-f:]+", name) else [
                    "-verify_hostname", name, "-servername", name]
                done, text = client("-tls1_3", "-verify_return_error", *check)
                self.assertTrue(done, text)
                self.assertIn("Verify return code: 0 (ok)", text)
                self.assertIn("ALPN protocol: h2", text)
        done, text = client("-verify_return_error", "-verify_hostname", "other.test")
        self.assertIn("ostname mismatch", text)

    def test_ciphers(self):
        for cipher in ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"):
            with self.subTest(cipher=cipher):
                done, text = client("-ciphersuites", cipher)
                self.assertTrue(done, text)
                self.assertIn(f"Cipher is {cipher}", text)
        for cipher in ("TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"):
            with self.subTest(cipher=cipher):
                self.assertFalse(client("-ciphersuites", cipher)[0])

    def test_keys_are_exchanged_for_this_connection_only(self):
        done, text = client()
        self.assertTrue(done, text)
        self.assertRegex(text, r"Server Temp Key: (X25519|ECDH, .*|X25519MLKEM768.*)|Negotiated TLS1.3 group")
        self.assertFalse(client("-groups", "ffdhe2048")[0])

    def test_nothing_of_old(self):
        _, text = client()
        self.assertIn("Compression: NONE", text)
        self.assertNotIn("Secure Renegotiation IS supported", text)
        self.assertIn("Early data was not sent", text)
        self.assertNotRegex(text, r"Max Early Data: [1-9]")

    def test_http2_must_be_agreed_on(self):
        for alpn in (None, "http/1.1", "spdy/3"):
            with self.subTest(alpn=alpn):
                try:
                    with stranger([alpn] if alpn else ()) as one:
                        one.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
                        self.assertLess(until_closed(one, 9), 8)
                except ssl.SSLError:
                    pass

    def test_who_it_trusts_is_not_told_to_everybody(self):
        """Names of authorities in the request for a certificate would tell strangers about the house."""
        _, text = client()
        self.assertIn("No client certificate CA names sent", text)

    def test_renewal_of_the_connections_keys(self):
        with stranger() as one:
            self.assertEqual(one.version(), "TLSv1.3")
            self.assertEqual(one.selected_alpn_protocol(), "h2")


class ResumptionTests(unittest.TestCase):
    """Clients of other languages resume sessions by themselves; Python's ssl module does when it is given one.

    What follows is one call over HTTP/2, written by hand, for grpcio does not say whether it resumed.
    """

    def frame(self, kind, flags, stream, payload=b""):
        return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload

    def who(self, identity, session=None):
        """What WhoAmI answers, as bytes, and the session."""
        context = ssl.create_default_context(cafile=str(identity / "ca.pem"))
        context.load_cert_chain(str(identity / "cert.pem"), str(identity / "key.pem"))
        context.set_alpn_protocols(["h2"])
        if session:
            # A session belongs to its context.
            context = self.context
        self.context = context
        fields = [
            (":method", "POST"), (":scheme", "https"), (":path", "/muster.v1.Trust/WhoAmI"), (":authority", "x"),
            ("content-type", "application/grpc"), ("te", "trailers")]
        headers = b"".join(
            b"\x00" + bytes([len(n)]) + n.encode() + bytes([len(v)]) + v.encode() for n, v in fields)
        with context.wrap_socket(plain(), server_hostname="127.0.0.1", session=session) as one:
            one.sendall(
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + self.frame(4, 0, 0) + self.frame(1, 4, 1, headers)
                + self.frame(0, 1, 1, bytes(5)))
            one.settimeout(1)
            answer = b""
            try:
                while part := one.recv(65536):
                    answer += part
            except TimeoutError:
                pass
            return answer, one.session, one.session_reused

    # Over a resumed session no certificate is seen, and its holder is told that he showed none.
    def test_a_session_that_is_resumed(self):
        answer, session, _ = self.who(cluster.admin_identity)
        self.assertIn(b"admin", answer)
        answer, _, _ = self.who(cluster.admin_identity, session)
        self.assertIn(b"admin", answer)

    def test_a_session_of_somebody_who_was_revoked_since(self):
        identity = cluster.login("resumes", "read")
        answer, session, _ = self.who(identity)
        self.assertIn(b"resumes", answer)
        cluster.admin("identity", "revoke", "resumes")
        answer, _, _ = self.who(identity, session)
        self.assertTrue(answer)
        self.assertNotIn(b"resumes", answer)


class PatienceTests(ClusterCase, unittest.TestCase):
    """Who does not come to the point is cut. The waits run side by side."""

    def test_who_wastes_time(self):
        hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
        silent, stalled, dripping, quiet = plain(), plain(), plain(), stranger()
        with silent, stalled, dripping, quiet:
            began = time.monotonic()
            stalled.sendall(hello)
            before = cluster.refused("silent_connection")
            # A byte a second is no handshake either.
            cut, dripped = {}, 0
            waiting = {"silent": silent, "stalled": stalled, "dripping": dripping, "quiet stranger": quiet}
            for one in waiting.values():
                one.settimeout(0.01)
            while waiting and time.monotonic() - began < 45:
                for name, one in list(waiting.items()):
                    try:
                        if name == "dripping" and time.monotonic() - began > dripped:
                            one.sendall(hello[dripped:dripped + 1] or b"\x00")
                            dripped += 1
                        if not one.recv(65536):
                            raise ConnectionResetError
                    except TimeoutError:
                        continue
                    except (OSError, ssl.SSLError):
                        cut[name] = time.monotonic() - began
                        del waiting[name]
        # Ten seconds for a handshake, thirty for a stranger; and some for a goodbye that does not come.
        for name, least, most in (
            ("silent", 9, 20), ("stalled", 9, 20), ("dripping", 9, 20), ("quiet stranger", 28, 44)):
            self.assertTrue(least < cut.get(name, 99) < most, (name, cut))
        until("silence is counted", lambda: cluster.refused("silent_connection") > before, 10)
        self.assertTrue(cluster.refusals_logged("silent_connection"))

    def test_a_stranger_has_but_few_bytes(self):
        with stranger() as one:
            frame = b"\x00\x40\x00\x00\x00\x00\x00\x00\x01" + bytes(16384)
            sent = 0
            try:
                one.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
                while sent < 8 << 20:
                    one.sendall(frame)
                    sent += len(frame)
            except OSError:
                pass
            self.assertLess(sent, 8 << 20)
            self.assertLess(until_closed(one, 9), 8)

    def test_it_serves_on(self):
        self.assertIn("admin", cluster.admin("whoami").out)
