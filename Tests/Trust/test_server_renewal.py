"""The coordinator's own certificate is replaced without a restart."""

import shutil
import socket
import ssl
import time
import unittest

import muster_pb2 as pb
from support.certificates import make_key, serial, sign
from support.clients import PATIENCE, User
from support.cluster import Cluster
from support.process import until


class RenewalTests(unittest.TestCase):
    def shown(self, cluster, place):
        """The serial of the certificate that a new connection sees."""
        context = ssl.create_default_context(cadata=cluster.authority.decode())
        host, port = place.rsplit(":", 1)
        with socket.create_connection((host, int(port)), 5) as plain:
            with context.wrap_socket(plain, server_hostname="127.0.0.1") as one:
                return one.getpeercert()["serialNumber"].lower().lstrip("0")

    def test_the_coordinators_own(self):
        cluster = Cluster()
        self.addCleanup(cluster.close)
        user = User(cluster.address, cluster.admin_identity)
        self.addCleanup(user.close)
        stream = user.follow(submit=[pb.TaskSpec(id="a", kind="echo", input=b"1")])
        stream.next()
        states = []
        user.channel.subscribe(states.append)
        first = self.shown(cluster, cluster.address)
        self.assertEqual(first, serial(cluster.trust / "server.pem").lstrip("0"))
        # What cannot be used is not: the old one stays, and the log says why.
        good = (cluster.trust / "server.pem").read_bytes()
        (cluster.trust / "server.pem").write_text("nonsense\n")
        cluster.daemon.until_said("this coordinator's own certificate: .*server.pem", 15)
        self.assertEqual(self.shown(cluster, cluster.address), first)
        (cluster.trust / "server.pem").write_bytes(good)
        # A new key and a new certificate of the same authority, as another program would renew them.
        fresh = cluster.folder.path / "fresh"
        fresh.mkdir()
        make_key(fresh / "server.key")
        sign(cluster.trust, fresh / "server.key", fresh / "server.pem", "coordinator", usage="serverAuth",
             hosts=["IP:127.0.0.1", "DNS:localhost"])
        began = time.monotonic()
        for name in ("server.key", "server.pem"):
            shutil.move(fresh / name, cluster.trust / name)
        second = serial(cluster.trust / "server.pem").lstrip("0")
        until("new connections see it", lambda: self.shown(cluster, cluster.address) == second, 15)
        until("the pages show it, too", lambda: self.shown(cluster, cluster.http) == second, 15)
        self.assertLess(time.monotonic() - began, 15)
        cluster.daemon.until_said("read this coordinator's certificate anew")
        # The old connection lives.
        user.tasks.CancelTasks(pb.TaskIdsRequest(ids=["a"]), timeout=PATIENCE)
        self.assertEqual([end.id for end in stream.next().ends], ["a"])
        self.assertEqual(len(states), 1, states)
