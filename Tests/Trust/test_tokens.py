"""Tokens that are not taken, and to whom a token is not shown."""

import socket
import threading
import unittest

from support.cluster import Cluster, ClusterCase
from support.process import Folder, until


def setUpModule():
    global cluster, other
    cluster = Cluster()
    unittest.addModuleCleanup(cluster.close)
    other = Cluster(http="none")
    unittest.addModuleCleanup(other.close)


class Recorder:
    """Passes a connection on, both ways, and keeps what the client sent."""

    def __init__(self, port):
        self._to, self.sent = port, bytearray()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                one = self._listener.accept()[0]
            except OSError:
                return
            self.connections += 1
            there = socket.create_connection(("127.0.0.1", self._to))
            threading.Thread(target=self._pass, args=(one, there, self.sent), daemon=True).start()
            threading.Thread(target=self._pass, args=(there, one, None), daemon=True).start()

    @staticmethod
    def _pass(here, there, kept):
        try:
            while part := here.recv(65536):
                if kept is not None:
                    kept.extend(part)
                there.sendall(part)
        except OSError:
            pass
        finally:
            for one in (here, there):
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def close(self):
        self._listener.close()


class TokenTests(ClusterCase, unittest.TestCase):
    def use(self, token, name="somebody", command="worker join", address=None):
        """Trades a token; in a folder of its own, with a key of its own."""
        place = Folder("token")
        self.addCleanup(place.close)
        words = {"worker join": ["worker", "join"], "login": ["login", "--into", "identity"]}[command]
        return place.call(
            *words, address or cluster.address, "--name", name, "--token-file", "-", input=token + "\n")

    def test_used_once_too_often(self):
        token = cluster.token("worker", "--uses", "2")
        for name in ("first", "second"):
            self.assertEqual(self.use(token, name).status, 0)
        with self.refusing(cluster, "token_used_up", "was used 2 times, which is all that it is for"):
            said = self.use(token, "third").sentence
        self.assertIn("was used 2 times, which is all that it is for", said)
        self.assertIn("ask for a new one: muster token create --role worker", said)

    def test_used_again_by_the_same(self):
        token, place = cluster.token("worker"), Folder("again")
        self.addCleanup(place.close)
        for _ in range(3):
            place.call(
                "worker", "join", cluster.address, "--name", "again", "--token-file", "-", input=token, status=0)

    def test_at_once(self):
        """One use is one use, however many come at the same moment."""
        token, answers = cluster.token("worker"), []
        threads = [
            threading.Thread(target=lambda n=n: answers.append(self.use(token, f"at-once-{n}"))) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(answer.status for answer in answers), [0, 1, 1, 1, 1, 1], [str(a) for a in answers])

    def test_past_its_time(self):
        token = cluster.token("worker", "--ttl", "1s")
        until("it is past its time", lambda: "expired" in cluster.admin("token", "list").out, 5)
        with self.refusing(cluster, "token_expired", "expired at "):
            said = self.use(token).sentence
        self.assertRegex(said, r"token \w{10} expired at .*; ask for a new one: muster token create --role worker$")

    def test_revoked(self):
        token = cluster.token("submit")
        cluster.admin("token", "revoke", token.split("_")[1])
        with self.refusing(cluster, "token_revoked", "was revoked"):
            said = self.use(token, command="login").sentence
        self.assertIn("was revoked; ask for a new one: muster token create --role submit", said)

    def test_revoked_by_its_whole_text(self):
        token = cluster.token("submit")
        cluster.admin("token", "revoke", token)
        self.assertIn("was revoked", self.use(token, command="login").sentence)

    def test_changed(self):
        """A letter that is another, at any place, is found before anybody is asked."""
        recorder = Recorder(cluster.port)
        self.addCleanup(recorder.close)
        token = cluster.token("worker")
        for place in (0, 5, 14, 20, 60, 96, len(token) - 1):
            letter = "b" if token[place] != "b" else "c"
            with self.subTest(place=place):
                said = self.use(token[:place] + letter + token[place + 1:], address=recorder.address).sentence
                self.assertNotIn(token.split("_")[2], said)
                self.assertRegex(said, "copy it again, whole|one begins with mst_; make one with")
        for end in (0, 4, 30, len(token) - 1):
            with self.subTest(end=end):
                said = self.use(token[:end] or "x", address=recorder.address).sentence
                self.assertRegex(said, "copy it again, whole|one begins with mst_")
        self.assertEqual(recorder.connections, 0)
        # And white space, as mail programs put it in, is nothing.
        self.assertEqual(self.use(token[:40] + "\n  " + token[40:], "folded").status, 0)

    def test_forged(self):
        """A text whose check fits, with another secret, is unknown here."""
        token = cluster.token("worker")
        made = other.token("worker").split("_")
        import base64
        import hashlib

        mine = token.split("_")
        head = "_".join(["mst", mine[1], made[2], mine[3]])
        check = base64.b32encode(hashlib.sha256(head.encode()).digest()).decode().lower()[:4]
        with self.refusing(cluster, "unknown_token", "knows no such token"):
            said = self.use(f"{head}_{check}").sentence
        self.assertIn("this coordinator knows no such token", said)
        self.assertIn("ask for a new one: muster token create", said)

    def test_of_another_coordinator(self):
        """It is shown to nobody but the coordinator that it is for."""
        token = other.token("worker")
        recorder = Recorder(cluster.port)
        self.addCleanup(recorder.close)
        before = cluster.said
        said = self.use(token, address=recorder.address).sentence
        self.assertIn(f"the coordinator at {recorder.address} is not the one that the token is for", said)
        self.assertIn("the token was not shown to it", said)
        self.assertIn("ask for a new token", said)
        self.assertGreater(recorder.connections, 0)
        self.assertNotIn("unknown_token", cluster.said[len(before):])
        for line in (cluster.said[len(before):], bytes(recorder.sent).decode("latin-1")):
            self.assertNotIn(token.split("_")[1], line)
        self.assertNotIn(token.split("_")[1], cluster.audit())

    def test_over_a_relay_nothing_of_it_can_be_read(self):
        token = cluster.token("worker")
        recorder = Recorder(cluster.port)
        self.addCleanup(recorder.close)
        self.assertEqual(self.use(token, "relayed", address=recorder.address).status, 0)
        sent = bytes(recorder.sent)
        self.assertGreater(len(sent), 500)
        for part in token.split("_")[1:3]:
            self.assertNotIn(part.encode(), sent)

    def test_for_something_else(self):
        bearer = cluster.token("read", "--bearer")
        with self.refusing(cluster, "wrong_use", "cannot be traded for a certificate"):
            said = self.use(bearer, command="login").sentence
        self.assertIn("make another without --bearer", said)
        self.assertIn("a worker's", self.use(cluster.token("submit")).sentence)
        self.assertIn("muster worker join", self.use(cluster.token("worker"), command="login").sentence)

    def test_a_name_that_another_has(self):
        self.assertEqual(self.use(cluster.token("worker"), "taken").status, 0)
        with self.refusing(cluster, "name_taken", "there is a worker 'taken' already"):
            said = self.use(cluster.token("worker"), "taken").sentence
        self.assertIn("take another name with --name, or revoke it first: muster worker revoke taken", said)

    def test_bad_requests_for_tokens(self):
        for arguments, words in [
            (["--role", "read", "--kinds", "echo"], "kinds bound the roles worker and submit"),
            (["--role", "worker", "--namespace", "a"], "a namespace is for the role submit"),
            (["--role", "worker", "--bearer"], "a bearer's token is for read or admin"),
            (["--ttl", "10ms"], "from one second to 365 days"),
            (["--ttl", "400d"], "from one second to 365 days"),
        ]:
            with self.subTest(arguments=arguments):
                self.assertIn(words, cluster.admin("token", "create", *arguments, status=1).sentence)
        for arguments in (["--role", "root"], ["--uses", "0"], ["--ttl", "soon"], ["--uses", "100000"]):
            with self.subTest(arguments=arguments):
                cluster.admin("token", "create", *arguments, status=64)
        self.assertIn("no token 'nosuchtokn'", cluster.admin("token", "revoke", "nosuchtokn", status=1).sentence)
