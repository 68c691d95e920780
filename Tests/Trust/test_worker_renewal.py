"""A worker's certificate is renewed again and again while its tasks go on."""

import re
import time
import unittest

from support.certificates import serial
from support.clients import User
from support.cluster import Cluster
from support.process import Daemon, until


class RenewalTests(unittest.TestCase):
    def test_a_workers(self):
        cluster = Cluster("kinds:\n  work: {}\n", "--certificate-lifetime", "12s", http="none")
        self.addCleanup(cluster.close)
        place = cluster.join("w", configuration='kinds:\n  work:\n    executor: [sh, -c, "sleep 0.3; echo done"]\n')
        self.addCleanup(place.close)
        worker = Daemon(place, "worker", "run", "--slots", "1")
        self.addCleanup(worker.stop)
        root = User(cluster.address, cluster.admin_identity)
        self.addCleanup(root.close)
        first = serial(cluster.identity(place) / "cert.pem")
        key = (cluster.identity(place) / "key.pem").read_bytes()
        began, count = time.monotonic(), 0
        renewed = lambda: len(re.findall("Renewed this worker's certificate", worker.said))  # noqa: E731
        # Over more than two lives of a certificate.
        while renewed() < 3 or time.monotonic() - began < 26:
            self.assertLess(time.monotonic() - began, 60, worker.said)
            count += 1
            self.assertFalse(root.submit("work", f"t-{count}").HasField("problem"))
            until(f"t-{count} is done", lambda: root.state(f"t-{count}") == "done")
        for number in range(1, count + 1):
            attempts = root.task(f"t-{number}").attempts
            self.assertEqual([attempt.outcome for attempt in attempts], ["done"], f"t-{number}")
        self.assertNotEqual(serial(cluster.identity(place) / "cert.pem"), first)
        self.assertEqual((cluster.identity(place) / "key.pem").read_bytes(), key)
        self.assertNotRegex(worker.said, "(?i)error|not renewed")
