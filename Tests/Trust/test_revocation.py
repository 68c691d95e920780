"""Who is revoked is out at once: also of streams that are open, and what he had goes to others."""

import tempfile
import time
import unittest
from pathlib import Path

import grpc
import muster_pb2 as pb
from grpc import StatusCode
from support.certificates import make_identity
from support.clients import PATIENCE, Stream, User, hello, refusal
from support.cluster import Cluster, ClusterCase
from support.process import Daemon, until

SLOW = "kinds:\n  echo:\n    executor: [sleep, '1000']\n"
FAST = 'kinds:\n  echo:\n    executor: [cat, "{input}"]\n'


def told(call):
    """What a call is answered on the next connection; over the old one it may end as that ends."""
    def ask():
        try:
            return call()
        except grpc.RpcError as error:
            return error if error.code() != StatusCode.UNAVAILABLE else None

    error = until("there is an answer", ask)
    assert isinstance(error, grpc.RpcError), error
    return error.code(), error.details()


class RevocationTests(ClusterCase, unittest.TestCase):
    def setUp(self):
        self.cluster = Cluster()
        self.addCleanup(self.cluster.close)

    def user(self, identity):
        user = User(self.cluster.address, identity)
        self.addCleanup(user.close)
        return user

    def test_a_running_worker(self):
        cluster = self.cluster
        thief = cluster.join("thief", configuration=SLOW)
        self.addCleanup(thief.close)
        gone = Daemon(thief, "worker", "run")
        self.addCleanup(gone.stop, check=False)
        ada = self.user(cluster.login("ada"))
        ada.submit("echo", "precious", b"again")
        until("it runs on the first worker", lambda: ada.state("precious") == "running")
        with self.refusing(cluster, "revoked", "the certificate of worker 'thief' was revoked"):
            said = cluster.admin("worker", "revoke", "thief").out
            self.assertRegex(said, "revoked worker 'thief'; [1-9] connections? (was|were) cut")
            # It is told why, once, and ends; it does not knock for ever.
            self.assertEqual(gone.wait(), 1)
        last = gone.said.splitlines()[-1]
        self.assertTrue(last.startswith("error: "), gone.said)
        self.assertIn("the certificate of worker 'thief' was revoked", last)
        self.assertIn("if that was a mistake, ask for a new token and join again: muster worker join", last)
        honest = cluster.join("honest", configuration=FAST)
        self.addCleanup(honest.close)
        worker = Daemon(honest, "worker", "run")
        self.addCleanup(worker.stop)
        until("another did it", lambda: ada.state("precious") == "done")
        self.assertEqual(ada.task("precious").summary.worker, "honest")
        self.assertEqual([a.outcome for a in ada.task("precious").attempts], ["lost", "done"])
        self.assertIn('"action":"revoke"', cluster.audit())
        self.assertIn("worker/thief", cluster.audit())
        # Nor does its certificate renew itself, or its old token let it in.
        with refusal(self, StatusCode.UNAUTHENTICATED):
            self.user(cluster.identity(thief)).trust.Renew(pb.RenewRequest(), timeout=PATIENCE)
        # A new token is a new beginning, under the same name.
        thief.call(
            "worker", "join", cluster.address, "--name", "thief", "--token-file", "-", input=cluster.token("worker"),
            status=0)
        self.assertEqual(self.user(cluster.identity(thief)).who().name, "thief")

    def test_an_open_stream_of_a_worker_of_another_make(self):
        identity = make_identity(
            Path(tempfile.mkdtemp()) / "alien", self.cluster.trust, self.cluster.trust / "ca.pem", "alien")
        user = self.user(identity)
        stream = Stream(user.tasks.Work)
        stream.send(hello("alien", "echo"))
        self.assertTrue(stream.next().HasField("welcome"))
        # Nobody joined under that name here: the certificate was made with the authority's key elsewhere.
        done = self.cluster.admin("worker", "revoke", "alien")
        self.assertIn("nobody had joined as 'alien'", done.err)
        with self.assertRaises(grpc.RpcError) as raised:
            while True:
                stream.next()
        self.assertEqual(raised.exception.code(), StatusCode.UNAVAILABLE)
        code, words = told(user.status)
        self.assertEqual(code, StatusCode.UNAUTHENTICATED)
        self.assertIn("was revoked", words)

    def test_an_open_stream_of_a_user(self):
        cluster = self.cluster
        identity = cluster.login("mallory")
        mallory, bystander = self.user(identity), self.user(cluster.login("ada"))
        open_streams = [mallory.follow("a", submit=[pb.TaskSpec(id="a", kind="echo", input=b"1")]) for _ in range(2)]
        other = bystander.follow("b", submit=[pb.TaskSpec(id="b", kind="echo", input=b"1")])
        for stream in (*open_streams, other):
            stream.next()
        with self.refusing(cluster, "revoked", "the certificate of user 'mallory' (submit) was revoked"):
            said = cluster.admin("identity", "revoke", "mallory", "--output", "json").json
            self.assertEqual((said["known"], said["connections_cut"]), (True, 1))
            for stream in open_streams:
                with self.assertRaises(grpc.RpcError) as raised:
                    stream.next()
                self.assertEqual(raised.exception.code(), StatusCode.UNAVAILABLE)
            code, words = told(lambda: mallory.task("a"))
            self.assertEqual(code, StatusCode.UNAUTHENTICATED)
            line = cluster.folder.call(
                "task", "list", "--coordinator", cluster.address, "--identity", str(identity)).sentence
        self.assertEqual(words, line)
        self.assertIn("log in again: muster login", line)
        self.assertIn("revoked", cluster.admin("identity", "list").out)
        # Nobody else was cut.
        bystander.tasks.CancelTasks(pb.TaskIdsRequest(ids=["b"]), timeout=PATIENCE)
        self.assertEqual([end.id for end in other.next().ends], ["b"])
        # A worker of the same name is another.
        place = cluster.join("mallory")
        self.addCleanup(place.close)
        self.assertEqual(self.user(cluster.identity(place)).who().role, "worker")

    # The connection is closed politely: TLS waits five seconds for the peer's goodbye, and until then one more read is
    # taken from whoever was revoked, with everything in it.
    def test_nothing_is_taken_over_an_open_stream_any_more(self):
        cluster = self.cluster
        mallory, root = self.user(cluster.login("mallory")), self.user(cluster.admin_identity)
        stream = mallory.follow(submit=[pb.TaskSpec(id="before", kind="echo", input=b"1")])
        stream.next()
        cluster.admin("identity", "revoke", "mallory")
        stream.send(pb.FollowTasksRequest(submit=[pb.TaskSpec(id="after", kind="echo", input=b"1")]))
        with self.assertRaises(grpc.RpcError):
            while True:
                stream.next()
        with refusal(self, StatusCode.NOT_FOUND):
            root.task("after")

    def test_the_cut_does_not_wait_for_the_peer(self):
        mallory = self.user(self.cluster.login("mallory"))
        stream = mallory.follow(submit=[pb.TaskSpec(id="before", kind="echo", input=b"1")])
        stream.next()
        self.cluster.admin("identity", "revoke", "mallory")
        began = time.monotonic()
        with self.assertRaises(grpc.RpcError):
            stream.next()
        self.assertLess(time.monotonic() - began, 2)

    def test_it_holds_after_a_restart(self):
        cluster = self.cluster
        identity = cluster.login("mallory")
        cluster.admin("identity", "revoke", "mallory")
        cluster.daemon.stop()
        cluster.daemon = Daemon(
            cluster.folder, "coordinator", "run", "--listen", cluster.address, "--http", "none")
        cluster.daemon.until_said("^coordinator  ")
        with refusal(self, StatusCode.UNAUTHENTICATED) as words:
            self.user(identity).status()
        self.assertIn("was revoked", words[0])

    def test_an_administrator_may_revoke_himself(self):
        # His own connection is cut as well, maybe before the answer has gone over it.
        self.cluster.admin("identity", "revoke", "admin", status=None)
        said = self.cluster.admin("token", "list", status=1).sentence
        self.assertIn("the certificate of user 'admin' (admin) was revoked", said)

    def test_one_that_ends_while_its_stream_is_open(self):
        """A certificate is good until it ends, and not a stream longer."""
        cluster = self.cluster
        short = make_identity(
            Path(tempfile.mkdtemp()) / "short", cluster.trust, cluster.trust / "ca.pem", "short",
            uris=["urn:muster:role:submit"], begins=-1 / 1440, ends=3 / 86400)
        user = self.user(short)
        stream = user.follow("c", submit=[pb.TaskSpec(id="c", kind="echo", input=b"1")])
        stream.next()
        with self.refusing(cluster, "expired", "the certificate of 'short' expired at"):
            with self.assertRaises(grpc.RpcError) as raised:
                stream.next()
            self.assertEqual(raised.exception.code(), StatusCode.UNAVAILABLE)
            code, words = told(user.status)
        self.assertEqual(code, StatusCode.UNAUTHENTICATED)
        self.assertIn("expired at", words)
