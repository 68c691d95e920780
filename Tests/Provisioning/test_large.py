"""Several servers: five machines, or as many as MUSTER_TEST_LARGE says, three of them servers."""

import os
import unittest

import fleet


COUNT = int(os.environ.get("MUSTER_TEST_LARGE") or 5)


class Large(unittest.TestCase):
    def test_large(self):
        """Three servers, which join one at a time, and agents; the loss of a server is mended; nothing is left at the end"""
        fleet.end_all()
        machines = fleet.Fleet(COUNT)
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
        leaving = {"h3", machines.hosts[-1]}
        done = machines.reset("--limit", ",".join(sorted(leaving)))
        self.assertEqual(done.status, 0, done)
        self.assertEqual(set(machines.nodes()), set(machines.hosts) - leaving)
        done = machines.reset()
        self.assertEqual(done.status, 0, done)
        self.assertEqual(fleet.differences(before, machines.snapshots()), [])
        machines.close()

    def whole(self, machines, server):
        fleet.until("all nodes are ready", lambda: machines.ready(server) == sorted(machines.hosts))
        self.assertEqual(machines.planned(), [])
