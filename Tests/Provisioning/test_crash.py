"""Runs that are cut anywhere can be gone on with, and taken back from anywhere."""

import contextlib
import os
import unittest

import fleet

# Random by nature, or a list of when something was seen; and the lock of a run that was killed, which holds no longer.
RANDOM = (r"file (/etc/rancher/node/password|/var/lib/rancher/k3s/server/db/\S*|/var/lib/muster/(verified|record|marks)) was"
          r"|file /run/muster/lock is new")


class Crash(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.fleet = fleet.shared()
        cls.before = cls.fleet.snapshots()
        done = cls.fleet.apply()
        if done.status:
            raise AssertionError(str(done))
        cls.count = done.lines[-1]["actions"]
        fleet.until("all nodes are ready", lambda: cls.fleet.ready() == cls.fleet.hosts)
        cls.wanted, cls.records = cls.fleet.snapshots(), cls.record()
        done = cls.fleet.reset("--output", "json")
        if done.status:
            raise AssertionError(str(done))
        cls.undoing = done.lines[-1]["actions"]

    @classmethod
    def record(cls):
        return {host: sorted(cls.fleet.on(host, "cat", "/var/lib/muster/record").splitlines()) for host in cls.fleet.hosts}

    def places(self, count, several):
        """After which actions a run is cut: after all of them if that is wanted."""
        if os.environ.get("MUSTER_TEST_ALL"):
            return list(range(1, count + 1))
        return sorted({1 + index * (count - 1) // (several - 1) for index in range(several)})

    @contextlib.contextmanager
    def case(self, text):
        """A case of its own: one that fails leaves nothing to the next."""
        with self.subTest(text):
            try:
                yield
            except BaseException:
                self.fleet.fresh()
                raise

    def cut(self, number, verb="apply", *words):
        done, is_there = self.fleet.stopped_apply(number, fleet.kill, verb, *words)
        self.assertTrue(is_there, f"there were not {number} actions: {done}")

    def goes_on(self):
        done = self.fleet.apply()
        self.assertEqual(done.status, 0, done)
        fleet.until("all nodes are ready", lambda: self.fleet.ready() == self.fleet.hosts)
        self.assertEqual(fleet.differences(self.wanted, self.fleet.snapshots(), RANDOM, times=False), [])
        for host, lines in self.record().items():
            self.assertEqual(lines, self.records[host], host)
        self.assertEqual(self.fleet.planned(), [])

    def goes_back(self):
        done = self.fleet.reset()
        self.assertEqual(done.status, 0, done)
        self.assertEqual(fleet.differences(self.before, self.fleet.snapshots()), [])

    def test_apply(self):
        """An apply that was killed after any action is gone on with, and ends as one that was not"""
        for number in self.places(self.count, 4):
            with self.case(f"killed after {number} of {self.count} actions"):
                self.cut(number)
                self.goes_on()
                self.goes_back()

    def test_reset_from_half(self):
        """An apply that was killed after any action is taken back, and nothing is left of it"""
        for number in self.places(self.count, 6)[1:-1]:
            with self.case(f"killed after {number} of {self.count} actions"):
                self.cut(number)
                self.goes_back()

    def test_reset(self):
        """A reset that was killed after any action is gone on with, and nothing is left"""
        for number in self.places(self.undoing - 1, 4):
            with self.case(f"killed after {number} of {self.undoing} actions"):
                self.assertEqual(self.fleet.apply().status, 0)
                self.cut(number, "reset", "--yes")
                self.goes_back()

    def test_power(self):
        """A machine that loses its power in the middle of an apply is named, and comes along with the next one"""
        for host, number in (("h2", self.count // 3), ("h1", self.count * 3 // 4)):
            with self.case(f"power of {host} cut after {number} of {self.count} actions"):
                done, is_there = self.fleet.stopped_apply(number, lambda _: self.fleet.fault(host, "stop"))
                self.assertTrue(is_there, done)
                self.assertEqual(done.status, 1, done)
                self.assertIn(host, done.lines[-1]["failed"], done)
                self.fleet.fault(host, "start")
                self.goes_on()
                self.goes_back()

    def test_reboot(self):
        """A machine that is rebooted in the middle of an apply comes along with the next one"""
        done, is_there = self.fleet.stopped_apply(self.count // 2, lambda _: fleet.machines("reboot", "h3"))
        self.assertTrue(is_there, done)
        # Or it had nothing left to do: the end says which.
        self.assertEqual(done.lines[-1]["failed"], ["h3"] if done.status else [], done)
        self.goes_on()
        self.goes_back()
