"""The prover cluster's protocol beside TLS: its own files still serve plaintext, and over TLS a prover is who he is."""

import socket
import time
import unittest

import cluster_pb2 as pb
import cluster_pb2_grpc
from grpc import StatusCode
from support.clients import PATIENCE, User, connect, refusal
from support.cluster import Cluster, ClusterCase
from support.process import Daemon, Folder

KINDS = """kinds:
  a:
    verifier: none
  b:
    verifier: none
"""


class Prover:
    """A prove-client of the original cluster."""

    def __init__(self, case, address, identity=None, name="p", **how):
        self.channel = connect(address, identity, **how)
        case.addCleanup(self.channel.close)
        self.stub = cluster_pb2_grpc.ClusterStub(self.channel)
        self.name = name

    def register(self, hostname="somewhere"):
        return self.stub.Register(pb.RegisterRequest(hostname=hostname), timeout=PATIENCE).prover_id

    def poll(self, circuit):
        request = pb.PollTaskRequest(prover_id=self.name, circuit=circuit, timestamp=int(time.time() * 1000))
        return self.stub.PollTask(request, timeout=PATIENCE)

    def submit(self, task, circuit, proof=b"proof"):
        request = pb.SubmitProofRequest(prover_id=self.name, task_id=task, circuit=circuit, proof=proof)
        return self.stub.SubmitProof(request, timeout=PATIENCE).valid


class OriginalFilesTests(unittest.TestCase):
    def test_an_original_file_serves_plaintext_beside_tls(self):
        place = Folder("original", {
            "vk": "key",
            "muster.yaml": "listen: [127.0.0.1:0]\nkinds:\n  a:\n    verifier: none\n"})
        self.addCleanup(place.close)
        # The original has no "any free port": one that was free a moment ago.
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        (place.path / "coordinator.yaml").write_text(
            f"listenaddr: 127.0.0.1\nport: {port}\ncircuits:\n  a:\n    vk: vk\n")
        place.call("coordinator", "init", status=0)
        daemon = Daemon(place, "coordinator", "run", "-c", "coordinator.yaml", "--http", "none")
        self.addCleanup(daemon.stop)
        own, original = daemon.until_said(r"^coordinator  (.*)\n")[1].split(", ")
        self.assertEqual(original, f"127.0.0.1:{port}")
        warnings = [line for line in daemon.said.splitlines() if "warning" in line]
        self.assertEqual(len(warnings), 1, daemon.said)
        self.assertIn(f"the original protocol on {original} is not encrypted", warnings[0])
        admin = User(own, place.path / ".muster" / "trust" / "admin")
        self.addCleanup(admin.close)
        self.assertFalse(admin.submit("a", "t-1").HasField("problem"))
        prover = Prover(self, original)
        prover.name = prover.register()
        self.assertEqual(prover.poll("a").id, "t-1")
        self.assertTrue(prover.submit("t-1", "a"))
        self.assertEqual(admin.result("t-1"), b"proof")
        # Muster's own protocol is not to be had there.
        user = User(original)
        self.addCleanup(user.close)
        with refusal(self, StatusCode.UNIMPLEMENTED):
            user.status()
        # And the original one not on the other.
        worker = Prover(self, own, place.path / ".muster" / "trust" / "admin")
        with refusal(self, StatusCode.PERMISSION_DENIED):
            worker.register()

    def test_it_is_off_where_nobody_named_it(self):
        cluster = Cluster(KINDS, http="none")
        self.addCleanup(cluster.close)
        place = cluster.join("p")
        self.addCleanup(place.close)
        prover = Prover(self, cluster.address, cluster.identity(place))
        with refusal(self, StatusCode.UNIMPLEMENTED) as words:
            prover.register()
        self.assertIn("add 'original' to its 'protocols' under 'listen' in the coordinator's file", words[0])


class ProverTests(ClusterCase, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        listen = """listen:
  - address: 127.0.0.1:0
    protocols: [muster, original]
  - address: 127.0.0.1:0
    protocols: [muster, original]
    tls: true
    allow: [10.0.0.0/8]
  - address: 127.0.0.1:0
    protocols: [original]
    tls: false
    kinds: [a]
  - address: 127.0.0.1:0
    protocols: [original]
    tls: false
    allow: [10.0.0.0/8, "fd00::/8"]
"""
        cls.cluster = cluster = Cluster(listen + KINDS, listen=None)
        cls.addClassCleanup(cluster.close)
        cls.both, cls.allowing, cls.confined, cls.fenced = cluster.addresses
        cls.place = cluster.join("p")
        cls.addClassCleanup(cls.place.close)
        cls.identity = cluster.identity(cls.place)

    def admin(self):
        user = User(self.both, self.cluster.admin_identity)
        self.addCleanup(user.close)
        return user

    def test_with_a_certificate(self):
        admin, prover = self.admin(), Prover(self, self.both, self.identity)
        prover.name = prover.register("whatever")
        self.assertTrue(prover.name.startswith("p@"), prover.name)
        admin.submit("a", "tls-1")
        self.assertEqual(prover.poll("a").id, "tls-1")
        self.assertTrue(prover.submit("tls-1", "a"))
        self.assertEqual(admin.state("tls-1"), "done")

    def test_without_one(self):
        prover = Prover(self, self.both, authority=self.cluster.authority)
        with self.refusing(self.cluster, "no_certificate", "none was shown"):
            for call in (prover.register, lambda: prover.poll("a"), lambda: prover.submit("x", "a")):
                with refusal(self, StatusCode.UNAUTHENTICATED) as words:
                    call()
                self.assertIn("get a token from its administrator", words[0])

    def test_with_another_role(self):
        prover = Prover(self, self.both, self.cluster.login("reader", "read"))
        with refusal(self, StatusCode.PERMISSION_DENIED) as words:
            prover.poll("a")
        self.assertIn("may not call PollTask: it takes the role worker", words[0])

    def test_the_name_of_another(self):
        for name in ("q", "pq", "P", "p_1", "q-p"):
            prover = Prover(self, self.both, self.identity, name)
            for call in (lambda: prover.poll("a"), lambda: prover.submit("tls-1", "a")):
                with refusal(self, StatusCode.PERMISSION_DENIED) as words:
                    call()
                self.assertIn(f"the certificate is that of worker 'p', and its prover_id is '{name}'", words[0])

    def test_a_worker_whose_name_begins_like_anothers(self):
        """'p-1' is a name of its own, and what 'p' may call itself, too: neither may hand in what the other has."""
        place = self.cluster.join("p-1")
        self.addCleanup(place.close)
        admin = self.admin()
        admin.submit("b", "own-1")
        own = Prover(self, self.both, self.cluster.identity(place), "p-1")
        self.assertEqual(own.poll("b").id, "own-1")
        other = Prover(self, self.both, self.identity, "p-1")
        with refusal(self, StatusCode.PERMISSION_DENIED):
            other.submit("own-1", "b")
        self.assertTrue(own.submit("own-1", "b"))

    def test_kinds_of_the_token(self):
        place = self.cluster.join("bound", "--kinds", "a", configuration="kinds:\n  a: {}\n")
        self.addCleanup(place.close)
        prover = Prover(self, self.both, self.cluster.identity(place), "bound")
        with refusal(self, StatusCode.RESOURCE_EXHAUSTED):
            prover.poll("a")
        with refusal(self, StatusCode.PERMISSION_DENIED) as words:
            prover.poll("b")
        self.assertIn("worker 'bound' may serve a only, as its token said, and not 'b'", words[0])

    def test_an_address_that_is_not_allowed(self):
        with self.refusing(self.cluster, "not_allowed_address", "add it to 'allow'"):
            for user in (Prover(self, self.fenced), Prover(self, self.allowing, self.identity)):
                with refusal(self, StatusCode.PERMISSION_DENIED) as words:
                    user.register()
                self.assertIn("this listener takes callers from 10.0.0.0/8", words[0])
                self.assertIn("127.0.0.1 is none of them; add it to 'allow' under 'listen'", words[0])
            said = self.cluster.folder.call(
                "task", "list", "--coordinator", self.allowing, "--identity", str(self.cluster.admin_identity)).sentence
            self.assertIn("add it to 'allow' under 'listen' in the coordinator's file", said)

    def test_kinds_of_the_listener(self):
        admin, prover = self.admin(), Prover(self, self.confined, name="anybody")
        admin.submit("a", "confined-1")
        self.assertEqual(prover.poll("a").id, "confined-1")
        self.assertTrue(prover.submit("confined-1", "a"))
        for call in (lambda: prover.poll("b"), lambda: prover.submit("x", "b")):
            with refusal(self, StatusCode.PERMISSION_DENIED) as words:
                call()
            self.assertEqual(
                words,
                ["this listener gives out a only, and not 'b'; add it to 'kinds' under 'listen' in the coordinator's "
                 "file"])
