"""What is broken has its own sentence, and is not made worse."""

import contextlib
import unittest

import fleet

# Rounds: each breaks up to three machines at once, and every machine gets its own sentence all the same.
PING = [
    {"h1": ("refuse", r"it refuses connections"),
     "h2": ("hostkey", r"its host key is another than the known one \(known from .*somebody may be in between"),
     "h3": ("nokey", r"it does not let the user in \(publickey")},
    {"h1": ("badsudo", r"sudo wants the password of the user 'vagrant', and none was given"),
     "h2": ("blackhole", r"it does not answer|there is no way to it"),
     "h3": ("cut", r"it does not answer|there is no way to it")},
    {"h1": ("stop", r"it does not answer|there is no way to it"), "h2": ("nopython", None), "h3": ("loss 10", None)},
]
CHECK = [
    {"h1": ("full", "disk", "PROBLEM", r"/var/lib/rancher is, has 0.* free, and .* are needed"),
     "h2": ("os fedora 40", "system", "PROBLEM", r"is not supported, only Ubuntu 16.04"),
     "h3": ("dpkglock", "package-lock", "PROBLEM", r"python3 \(process \d+\) holds /var/lib/dpkg/lock-frontend")},
    {"h1": ("noport 6443", "ports-free", "PROBLEM", r"6443/tcp, needed for .*, is taken by python3"),
     "h2": ("clock 120", "clock", "PROBLEM", r"."),
     "h3": ("ro", "disk", "PROBLEM", r"is on a disk that can only be read")},
    {"h1": ("swap", "swap", "warning", r"it swaps to /dev/sda5"),
     "h2": ("gpu", "gpu", "warning", r"it has 1 GPU that the cluster will not use"),
     "h3": ("noroute", "default-route", "PROBLEM", r"it has no default route, without which k3s does not start")},
]


class Faults(unittest.TestCase):
    is_broken = False

    @classmethod
    def setUpClass(cls):
        cls.fleet = fleet.shared()
        cls.before = cls.fleet.snapshots()

    def setUp(self):
        if self.is_broken:
            self.fleet.fresh()
            type(self).is_broken = False

    def tearDown(self):
        self.fleet.inventory()
        fleet.machines("unproxy")
        self.fleet.heal(*self.fleet.hosts)

    def run(self, result=None):
        trouble = len(result.failures) + len(result.errors)
        super().run(result)
        type(self).is_broken = len(result.failures) + len(result.errors) > trouble

    def unchanged(self):
        self.fleet.heal(*self.fleet.hosts)
        self.assertEqual(fleet.differences(self.before, self.fleet.snapshots()), [])

    @contextlib.contextmanager
    def case(self, text):
        """A case of its own: one that fails leaves nothing to the next."""
        with self.subTest(text):
            try:
                yield
            except BaseException:
                fleet.machines("unproxy")
                self.fleet.fresh()
                raise

    def why(self, done, host):
        """What a run says of a machine that failed."""
        found = [each["message"] for each in done.lines
                 if (each["event"], each.get("machine"), each.get("state")) == ("machine", host, "failed")]
        self.assertEqual(len(found), 1, done)
        self.assertIn(host, found[0])
        return found[0]

    def test_ping(self):
        """What keeps one from becoming root on a machine is said machine by machine, in words of its own"""
        for round in PING:
            for host, (fault, _) in round.items():
                self.fleet.fault(host, *fault.split())
            answer = self.fleet.muster("ping", "--output", "json")
            self.assertEqual(answer.status, 1 if any(words for _, words in round.values()) else 0, answer)
            for line in answer.json:
                fault, words = round[line["machine"]]
                with self.subTest(fault):
                    self.assertEqual(line["ok"], words is None, line)
                    if words:
                        self.assertRegex(line["message"], words)
                        self.assertIn(line["machine"], line["message"])
            self.fleet.heal(*round)
        self.unchanged()

    def test_sudo(self):
        """A wrong password of sudo, and a user who may not use it, are told apart"""
        self.fleet.inventory(host={"h1": {"ansible_sudo_pass": "wrong"}, "h2": {"ansible_sudo_pass": "vagrant"},
                                   "h3": {"ansible_sudo_pass": "vagrant"}})
        for host, fault in {"h1": "badsudo", "h2": "nosudo", "h3": "badsudo"}.items():
            self.fleet.fault(host, fault)
        answer = self.fleet.muster("ping", "--output", "json")
        said = {line["machine"]: line.get("message", "OK") for line in answer.json}
        self.assertRegex(said["h1"], "the password for sudo is wrong; give the one of the user 'vagrant'")
        self.assertRegex(said["h2"], "sudo does not let the user 'vagrant' become root")
        self.assertEqual(said["h3"], "OK")

    def test_check(self):
        """What keeps a machine from becoming a node is found, with its cure, on all machines at once"""
        for round in CHECK:
            for host, (fault, *_) in round.items():
                self.fleet.fault(host, *fault.split())
            answer = self.fleet.muster("check", "--output", "json")
            self.assertEqual(answer.status, 1, answer)
            for host, (fault, check, verdict, words) in round.items():
                with self.subTest(fault):
                    found = [each for each in answer.json if each["machine"] == host and each["check"] == check
                             and each["verdict"] == verdict.lower()]
                    self.assertEqual(len(found), 1, answer)
                    self.assertRegex(found[0]["found"], words)
                    self.assertTrue(found[0]["cure"])
            self.fleet.heal(*round)
        self.unchanged()

    def test_apply(self):
        """What strikes in the middle of an apply is said, harms nobody else, and the next apply goes on"""
        for host, fault, words in (
            ("h2", "full 700000", r"could not be written; see how full its disk is"),
            ("h3", "ro", r"cannot be (made|written)|Read-only"),
            ("h3", "proxy 20722 cut=1500000", r"the connection broke"),
            # Of the kind that must not be noticed at all.
            ("h2", "proxy 20723 delay=20 rate=2000000", None),
            ("h2", "loss 5", None),
        ):
            with self.case(fault):
                if fault.startswith("proxy"):
                    # One of its own for each: the one before may still have it.
                    port = fault.split()[1]
                    self.fleet.inventory(host={host: {
                        "ansible_ssh_host": "127.0.0.1", "ansible_ssh_port": port, "ansible_ssh_common_args":
                        f"'-o HostKeyAlias={host} -o UserKnownHostsFile={self.fleet.known_hosts}'"}})
                self.fleet.fault(host, *fault.split())
                done = self.fleet.apply("--skip-checks")
                end = done.lines[-1]
                if words:
                    self.assertEqual((done.status, end["failed"]), (1, [host]), done)
                    self.assertRegex(self.why(done, host), words)
                    others = [name for name in self.fleet.hosts if name != host]
                    self.assertEqual(self.fleet.ready(), others)
                else:
                    self.assertEqual(done.status, 0, done)
                fleet.machines("unproxy")
                self.fleet.heal(host)
                self.fleet.inventory()
                done = self.fleet.apply()
                self.assertEqual(done.status, 0, done)
                fleet.until("all nodes are ready", lambda: self.fleet.ready() == self.fleet.hosts)
                self.assertEqual(self.fleet.planned(), [])
                if not words:
                    self.fleet.fresh()
                    continue
                self.assertEqual(self.fleet.reset().status, 0)
                self.unchanged()

    def test_apply_unreachable(self):
        """A machine that cannot be reached is told of, and the others become a cluster without it"""
        self.fleet.fault("h3", "cut")
        done = self.fleet.apply()
        self.assertEqual((done.status, done.lines[-1]["failed"]), (1, ["h3"]), done)
        self.assertRegex(self.why(done, "h3"), "it does not answer|there is no way to it")
        self.assertEqual(self.fleet.ready(), ["h1", "h2"])
        self.fleet.heal("h3")
        self.assertEqual(self.fleet.apply().status, 0)
        self.fleet.fault("h1", "cut")
        refused = self.fleet.apply()
        self.assertEqual(refused.status, 1, refused)
        self.assertRegex(refused.err, "h1 .*all machines go by the servers")
        self.fleet.heal("h1")
        self.assertEqual(self.fleet.reset().status, 0)
        self.unchanged()

    def test_apply_refused(self):
        """An apply that the checks forbid changes nothing on any machine"""
        self.fleet.fault("h2", "os", "fedora", "40")
        self.fleet.fault("h3", "noport", "10250")
        done = self.fleet.apply()
        self.assertEqual(done.status, 1, done)
        self.assertRegex(done.err, "nothing was changed.*h2: .*is not supported.*h3: 10250/tcp.* is taken by python3")
        self.unchanged()

    def test_check_other_computer(self):
        """A machine of an architecture that k3s is not made for is refused"""
        self.fleet.fault("h3", "arch")
        fleet.machines("reboot", "h3")
        answer = self.fleet.muster("check", "--output", "json", "--limit", "h1,h3")
        self.assertEqual(answer.status, 1, answer)
        self.assertIn("k3s is not made for i686", answer.out)
        self.fleet.fresh("h3")
