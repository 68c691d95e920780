"""Certificates that are not taken: the client is told why in one sentence, and the coordinator logs and counts it."""

import shutil
import socket
import tempfile
import unittest
from pathlib import Path

import grpc
import muster_pb2
from grpc import StatusCode
from support.certificates import make_authority, make_identity, make_key, openssl, subject
from support.clients import User, refusal
from support.cluster import KINDS, Cluster, ClusterCase
from support.process import Daemon, Folder, until


# In days, as support.certificates takes times.
MINUTE = 1 / 1440


def setUpModule():
    global cluster, other, folder
    cluster = Cluster(listen="0.0.0.0:0", names=["coordinator.test"])
    unittest.addModuleCleanup(cluster.close)
    other = Cluster(http="none")
    unittest.addModuleCleanup(other.close)
    folder = Path(tempfile.mkdtemp())


class CertificateTests(ClusterCase, unittest.TestCase):
    def refuse(self, identity, reason, words, cure):
        """The program's own command, a worker of it, and a Python client are told the same."""
        with self.refusing(cluster, reason, words):
            said = cluster.folder.call("task", "list", "--coordinator", cluster.address, "--identity", str(identity))
            self.assertIn(words, said.sentence)
            self.assertIn(cure, said.sentence)
            self.assertEqual(said.status, 1)
            user = User(cluster.address, identity)
            self.addCleanup(user.close)
            with refusal(self, StatusCode.UNAUTHENTICATED) as sentence:
                user.status()
            self.assertEqual(sentence, [said.sentence])
        place = Folder("refused", {"muster.yaml": KINDS})
        self.addCleanup(place.close)
        worker = place.call("worker", "run", "--coordinator", cluster.address, "--identity", str(identity))
        self.assertEqual(worker.status, 1, worker)
        self.assertIn(words, worker.err)
        self.assertEqual(worker.err.count("error: "), 1, worker.err)

    def make(self, name, authority=None, **how):
        return make_identity(folder / name, authority or cluster.trust, cluster.trust / "ca.pem", name, **how)

    def test_expired(self):
        self.refuse(
            self.make("late", begins=-2 * MINUTE, ends=-1 * MINUTE), "expired", "the certificate of 'late' expired at",
            "ask for a new token, and join or log in again")

    def test_not_yet_valid(self):
        self.refuse(
            self.make("early", begins=1, ends=3), "not_yet_valid", "the certificate of 'early' is valid only from",
            "see that the clocks of both machines are right")

    def test_of_another_coordinator(self):
        shutil.copytree(other.admin_identity, folder / "foreign")
        shutil.copy(cluster.trust / "ca.pem", folder / "foreign" / "ca.pem")
        self.refuse(
            folder / "foreign", "foreign_authority", "whom this coordinator does not trust",
            "ask for a new token, and join or log in again")

    def test_of_an_authority_with_the_same_name(self):
        twin = make_authority(folder / "twin", subject(cluster.trust / "ca.pem"))
        self.assertEqual(subject(twin / "ca.pem"), subject(cluster.trust / "ca.pem"))
        self.refuse(
            self.make("twin-admin", twin, role="admin"), "foreign_authority", "whom this coordinator does not trust",
            "ask for a new token, and join or log in again")

    def test_signed_by_a_client(self):
        """Who has a certificate cannot sign others."""
        client = self.make("client", role="admin")
        shutil.copy(client / "cert.pem", client / "ca.pem")
        shutil.copy(client / "key.pem", client / "ca.key")
        made = make_identity(folder / "child", client, cluster.trust / "ca.pem", "child", role="admin")
        chain = (made / "cert.pem").read_text() + (client / "cert.pem").read_text()
        (made / "cert.pem").write_text(chain)
        self.refuse(made, "foreign_authority", "whom this coordinator does not trust", "ask for a new token")

    def test_without_a_role(self):
        self.refuse(
            self.make("nobody", role=None), "no_role", "the certificate of 'nobody' names no role that Muster knows",
            "get a token and join")
        # Nor one that could mean more than was meant.
        role = "urn:muster:role:"
        for number, uris in enumerate([
            [role + "root"], [role + "admin", role + "worker"], [role + "read", "urn:muster:power:all"],
            [role + "admin", "https://example.test/"],
            [role + "submit", "urn:muster:namespace:a", "urn:muster:namespace:b"],
            [role + "ADMIN"], ["urn:muster:namespace:a"],
        ]):
            with self.subTest(uris=uris):
                user = User(cluster.address, self.make(f"odd-{number}", uris=uris))
                self.addCleanup(user.close)
                with refusal(self, StatusCode.UNAUTHENTICATED) as words:
                    user.status()
                self.assertIn("names no role that Muster knows", words[0])

    def test_of_a_server(self):
        self.refuse(
            self.make("server", role="admin", usage="serverAuth"), "wrong_purpose",
            "the certificate of 'server' is a server's, and a client's is needed", "ask for a new token")

    def test_one_that_is_made_by_hand_and_right_is_taken(self):
        user = User(cluster.address, self.make("made", uris=["urn:muster:role:submit", "urn:muster:namespace:team"]))
        self.addCleanup(user.close)
        self.assertEqual((user.who().name, user.who().role, user.who().namespace), ("made", "submit", "team"))

    def test_a_name_that_would_forge_a_line_of_the_log(self):
        """What stands in a certificate that nobody trusts comes from anybody."""
        evil = make_authority(folder / "evil-authority", "/CN=evil\nnotice: joined: user 'root' (admin)\x1b[2J")
        key = folder / "evil.key"
        make_key(key)
        request = openssl("req", "-new", "-key", key, "-subj", "/CN=evil\nnotice: joined: user 'root' (admin)\x1b[2J")
        evil_leaf = folder / "evil"
        evil_leaf.mkdir()
        openssl(
            "x509", "-req", "-CA", evil / "ca.pem", "-CAkey", evil / "ca.key", "-CAcreateserial", "-days", "1", "-out",
            evil_leaf / "cert.pem", input=request.stdout)
        shutil.copy(key, evil_leaf / "key.pem")
        shutil.copy(cluster.trust / "ca.pem", evil_leaf / "ca.pem")
        user = User(cluster.address, evil_leaf)
        self.addCleanup(user.close)
        before = cluster.refused("foreign_authority")
        with self.assertRaises(grpc.RpcError) as raised:
            user.status()
        self.assertEqual(raised.exception.code(), StatusCode.UNAUTHENTICATED)
        self.assertGreater(cluster.refused("foreign_authority"), before)
        self.assertNotRegex(cluster.said, "(?m)^notice: joined")
        self.assertNotIn("\x1b", cluster.said)

    def test_none(self):
        with self.refusing(cluster, "no_certificate", "wants a certificate and none was shown"):
            user = User(cluster.address, authority=cluster.authority)
            self.addCleanup(user.close)
            with refusal(self, StatusCode.UNAUTHENTICATED) as words:
                user.status()
        self.assertIn("muster worker join --token … HOST:PORT", words[0])
        for call in (user.who, lambda: user.submit("echo", "a"), lambda: user.follow("a").next()):
            with refusal(self, StatusCode.UNAUTHENTICATED) as again:
                call()
            self.assertEqual(again, words)

    def test_a_stranger_may_call_only_so_often_over_one_connection(self):
        user = User(cluster.address, authority=cluster.authority)
        self.addCleanup(user.close)
        states, codes = [], []
        user.channel.subscribe(states.append)
        for _ in range(30):
            with self.assertRaises(grpc.RpcError) as raised:
                user.status()
            codes.append(raised.exception.code())
        self.assertEqual(codes[:20], [StatusCode.UNAUTHENTICATED] * 20)
        until("the connection was cut", lambda: states.count(grpc.ChannelConnectivity.READY) > 1)


class ServerCertificateTests(ClusterCase, unittest.TestCase):
    """What the client does not take of the server."""

    def test_a_name_that_is_not_in_it(self):
        address = f"127.0.0.2:{cluster.port}"
        with self.refusing(cluster, "failed_handshake", "a TLS handshake failed"):
            said = cluster.folder.call(
                "task", "list", "--coordinator", address, "--identity", str(cluster.admin_identity)).sentence
        self.assertIn(f"the certificate of the coordinator at {address} is for ", said)
        self.assertIn("coordinator.test", said)
        self.assertIn("and not for 127.0.0.2; use one of those names", said)
        self.assertIn("muster coordinator init --name 127.0.0.2", said)
        user = User(address, cluster.admin_identity)
        self.addCleanup(user.close)
        with refusal(self, StatusCode.UNAVAILABLE):
            user.status()
        # A name that is in it, whatever the address is.
        named = User(address, cluster.admin_identity, name="coordinator.test")
        self.addCleanup(named.close)
        self.assertEqual(named.who().name, "admin")

    def test_of_another_authority(self):
        with self.refusing(cluster, "failed_handshake", "a TLS handshake failed"):
            said = cluster.folder.call(
                "task", "list", "--coordinator", cluster.address, "--identity", str(other.admin_identity)).sentence
        self.assertIn("was signed by an authority that is not trusted here", said)
        self.assertIn("get a new token from its administrator, and join or log in again", said)
        user = User(cluster.address, other.admin_identity)
        self.addCleanup(user.close)
        with refusal(self, StatusCode.UNAVAILABLE):
            user.status()


class WrongProtocolTests(ClusterCase, unittest.TestCase):
    def test_plaintext_to_the_tls_port(self):
        with self.refusing(cluster, "plaintext_to_tls", "somebody spoke without TLS to 0.0.0.0:"):
            said = cluster.folder.call("task", "list", "--coordinator", cluster.address, "--identity", "none").sentence
            self.assertIn("speaks TLS and wants to know who you are", said)
            self.assertIn(f"muster login --token … {cluster.address}", said)
        place = Folder("plain", {"muster.yaml": KINDS})
        self.addCleanup(place.close)
        worker = Daemon(place, "worker", "run", "--coordinator", cluster.address)
        worker.until_said("speaks TLS and wants to know who you are")
        worker.stop()

    # gRPC's own libraries do not show the text of a GOAWAY that is the first thing after SETTINGS: they connect again,
    # and again. An answer to the call itself they show.
    def test_plaintext_of_another_client_to_the_tls_port(self):
        user = User(cluster.address)
        self.addCleanup(user.close)
        with refusal(self, StatusCode.UNAVAILABLE) as words:
            user.tasks.GetStatus(muster_pb2.GetStatusRequest(), timeout=3)
        self.assertIn(
            "this port takes TLS only: get a token, then 'muster worker join' or 'muster login'", words[0])

    def test_words_to_the_tls_port(self):
        for text in (b"GET / HTTP/1.1\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x00" * 100):
            with socket.create_connection(("127.0.0.1", cluster.port), 5) as one:
                one.sendall(text)
                one.settimeout(5)
                answer = b""
                try:
                    while part := one.recv(1000):
                        answer += part
                except ConnectionResetError:
                    pass
                self.assertIn(b"this port takes TLS only", answer)

    def test_tls_to_the_plaintext_port(self):
        place = Folder("up", {"muster.yaml": KINDS})
        self.addCleanup(place.close)
        up = Daemon(place, "up", "--workers", "0", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0")
        address = up.until_said(r"^coordinator +(\S+:\d+)")[1]
        said = cluster.folder.call(
            "task", "list", "--coordinator", address, "--identity", str(cluster.admin_identity)).sentence
        self.assertIn(f"what listens at {address} does not speak TLS", said)
        self.assertIn("--identity none", said)
        up.until_said("refused: somebody spoke TLS to 127.0.0.1:.*, which has none.*reason=tls_to_plaintext")
        user = User(address, cluster.admin_identity)
        self.addCleanup(user.close)
        with refusal(self, StatusCode.UNAVAILABLE):
            user.status()
        # Where a token is to be shown, too.
        said = cluster.folder.call(
            "login", address, "--into", "x", "--token-file", "-", input=cluster.token("read")).sentence
        self.assertIn("does not speak TLS; a token is only shown over TLS", said)
        done = openssl("s_client", "-connect", address, input="", check=False)
        self.assertNotEqual(done.returncode, 0)
        up.stop()
