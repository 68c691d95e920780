"""Several servers. Takes longer than everybody should wait: MUSTER_TEST_LARGE=1."""

import os
import unittest

import fleet


@unittest.skipUnless(os.environ.get("MUSTER_TEST_LARGE"), "MUSTER_TEST_LARGE is not set")
class Large(unittest.TestCase):
    def test_large(self):
        """Three servers, which join one at a time, and two agents; the loss of a server is mended; nothing is left at the end"""
        fleet.end_all()
        machines = fleet.Fleet(5)
        before = machines.snapshots()
        machines.inventory(servers=3)
        done = machines.apply()
        self.assertEqual(done.status, 0, done)
        starts = [(each["machine"], each["state"]) for each in done.lines
                  if each["event"] == "action" and each["action"] == "await-running" and each["machine"] in ("h1", "h2", "h3")
                  and each["state"] == "done"]
        self.assertEqual([machine for machine, _ in starts], ["h1", "h2", "h3"])
        self.whole(machines, "h1")
        started = machines.started()
        self.assertEqual(machines.apply().lines[-1]["actions"], 0)
        self.assertEqual(machines.started(), started)
        for host in machines.hosts:
            fleet.machines("reboot", host)
        self.whole(machines, "h2")
        # The first server, too, is only one of three.
        machines.fresh("h1")
        machines.on("h2", "/usr/local/bin/k3s", "kubectl", "delete", "node", "h1")
        done = machines.apply()
        self.assertEqual(done.status, 0, done)
        self.whole(machines, "h1")
        done = machines.reset("--limit", "h3,h5")
        self.assertEqual(done.status, 0, done)
        self.assertEqual(sorted(machines.nodes()), ["h1", "h2", "h4"])
        done = machines.reset()
        self.assertEqual(done.status, 0, done)
        self.assertEqual(fleet.differences(before, machines.snapshots()), [])
        machines.close()

    def whole(self, machines, server):
        fleet.until("all nodes are ready", lambda: machines.ready(server) == machines.hosts)
        self.assertEqual(machines.planned(), [])
