"""What is said of a cluster, and how it is used from the admin's machine; the tests go one after the other."""

import shutil
import stat
import subprocess
import unittest
from pathlib import Path

import fleet


class Status(unittest.TestCase):
    """One server and two agents."""

    @classmethod
    def setUpClass(cls):
        cls.fleet = fleet.shared()

    def status(self, *words):
        done = self.fleet.muster("status", "--output", "json", *words)
        self.assertIn(done.status, (0, 1), done)
        answer = done.json
        self.assertEqual(done.status == 0, answer["ok"], done)
        self.assertEqual(answer["ok"], all(each["ok"] for each in answer["machines"]), done)
        return {each["machine"]: each for each in answer["machines"]}

    def well(self, but=()):
        """All machines are well but these."""
        there = self.status()
        self.assertEqual(sorted(name for name, its in there.items() if not its["ok"]), sorted(but), there)
        return there

    def test_01_bare(self):
        """Of bare machines is said that there is no service, and how much there is to do"""
        for name, its in self.well(but=self.fleet.hosts).items():
            self.assertTrue(its["reachable"])
            self.assertEqual((its["service"]["state"], its["node"]["status"]), ("not-found", "unknown"))
            planned = [each for each in self.fleet.planned() if each["machine"] == name and each["action"] != "mark"]
            self.assertGreaterEqual(its["drift"], len(planned))
            self.assertNotIn("changed_unix_ms", its)
        done = self.fleet.muster("kubeconfig")
        self.assertEqual((done.status, done.out), (1, ""), done)
        self.assertIn("there is no /etc/rancher/k3s/k3s.yaml", done.err)

    def test_02_applied(self):
        """After an apply all is well, with the bundle and without; the run that did it is named"""
        done = self.fleet.apply()
        self.assertEqual(done.status, 0, done)
        fleet.until("all nodes are ready", lambda: self.fleet.ready() == self.fleet.hosts)
        run = done.lines[-1]["journal"].rpartition("/")[2]
        for its in self.well().values():
            self.assertEqual((its["drift"], its["actions"], its["node"]["status"]), (0, [], "Ready"))
            self.assertTrue(its["service"]["enabled"] and its["service"]["seconds"] >= 0)
            self.assertEqual(its["changed_by"], run)
        bundle = self.fleet.folder / "shared"
        bundle.rename(self.fleet.folder / "away")
        try:
            done = self.fleet.muster("status")
            self.assertEqual(done.status, 0, done)
            self.assertIn("there is no bundle", done.out)
        finally:
            (self.fleet.folder / "away").rename(bundle)

    def test_03_stopped(self):
        """A service that stands still, and one that does not start at boot, are said and are drift"""
        self.fleet.on("h2", "systemctl", "stop", "k3s-agent")
        self.fleet.on("h3", "systemctl", "-q", "disable", "k3s-agent")
        there = self.well(but=["h2", "h3"])
        self.assertEqual(there["h2"]["service"]["state"], "inactive")
        self.assertEqual([each["action"] for each in there["h2"]["actions"]], ["start", "await-running"])
        self.assertEqual((there["h3"]["service"]["state"], there["h3"]["service"]["enabled"]), ("active", False))
        done = self.fleet.muster("status", "--output", "quiet")
        self.assertEqual((done.status, done.out), (1, "h2\nh3\n"), done)
        self.assertEqual(self.fleet.apply().status, 0)
        fleet.until("all nodes are ready", lambda: self.fleet.ready() == self.fleet.hosts)
        self.well()

    def test_04_changed(self):
        """What somebody changed is drift: a file, also one of the bundle, a setting of the kernel, a label"""
        self.fleet.on("h1", "sh", "-c", "echo '# mine' >>/etc/systemd/system/k3s.service && systemctl daemon-reload")
        self.fleet.on("h2", "sh", "-c", "echo >>/usr/local/bin/k3s")
        self.fleet.on("h1", "k3s", "kubectl", "label", "node", "h3", "fluidexnode-")
        there = self.well(but=self.fleet.hosts)
        self.assertIn("/etc/systemd/system/k3s.service", [each["subject"] for each in there["h1"]["actions"]])
        self.assertIn("/usr/local/bin/k3s", [each["subject"] for each in there["h2"]["actions"]])
        self.assertEqual(there["h3"]["node"]["missing_labels"], ["fluidexnode=computation"])
        self.assertEqual([each["subject"] for each in there["h3"]["actions"]], ["node/h3"])
        planned = self.fleet.planned()
        self.assertEqual(sum(its["drift"] for its in there.values()), len(planned))
        self.assertEqual(self.fleet.apply().status, 0)
        fleet.until("all nodes are ready", lambda: self.fleet.ready() == self.fleet.hosts)
        self.well()

    def test_05_gone(self):
        """A machine that is off is said with its reason; the server's own end leaves the others looked at"""
        self.fleet.fault("h3", "stop")
        fleet.until("the server misses it", lambda: "h3" not in self.fleet.ready())
        there = self.well(but=["h3"])
        self.assertEqual(there["h3"]["error"]["code"], "unreachable")
        self.assertNotIn("service", there["h3"])
        self.assertEqual((there["h3"]["node"]["status"], there["h3"]["node"]["reason"]), ("NotReady", "NodeStatusUnknown"))
        self.fleet.fault("h1", "stop")
        there = self.well(but=self.fleet.hosts)
        # Whoever has lost his server may have given up meanwhile.
        self.assertIn(there["h2"]["service"]["state"], ("active", "activating", "inactive", "failed"))
        self.assertNotIn("drift", there["h2"])
        done = self.fleet.muster("kubeconfig")
        self.assertEqual((done.status, done.out), (1, ""), done)
        self.fleet.fault("h1", "start")
        self.fleet.fault("h3", "start")
        fleet.until("all nodes are ready", lambda: self.fleet.ready() == self.fleet.hosts)
        fleet.until("all is well again", lambda: self.fleet.muster("status").status == 0)

    def test_06_kubeconfig(self):
        """The kubeconfig has the server's address between the machines, and kubectl reads it, merged into others too"""
        done = self.fleet.muster("kubeconfig", "--output", "json")
        self.assertEqual(done.status, 0, done)
        address = self.fleet.reached["h1"]["ansible_host"]
        self.assertEqual(done.json["clusters"][0]["cluster"]["server"], f"https://{address}:6443")
        self.assertEqual(done.json["current-context"], "inv")
        path = Path(self.fleet.folder / "home/.kube/config")
        for words in (("--name", "first"), (), ("--use",), ("--name", "first")):
            done = self.fleet.muster("kubeconfig", "--into", str(path), *words)
            self.assertEqual(done.status, 0, done)
            self.assertIn(f"{address}:6443 answers from this machine", done.err)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual([each.name for each in path.parent.iterdir()], ["config"])
        text = self.fleet.on("h1", "cat", "/etc/rancher/k3s/k3s.yaml")
        key = text.partition("client-key-data: ")[2].split()[0]
        self.assertIn(key, path.read_text())
        self.assertNotIn(key, done.said)
        if kubectl := shutil.which("kubectl"):
            contexts = subprocess.run(
                [kubectl, "config", "get-contexts", "-o", "name", "--kubeconfig", str(path)],
                check=True, capture_output=True, text=True).stdout
            self.assertEqual(sorted(contexts.split()), ["first", "inv"])
            current = subprocess.run(
                [kubectl, "config", "current-context", "--kubeconfig", str(path)], check=True, capture_output=True, text=True)
            self.assertEqual(current.stdout, "inv\n")

    def test_07_hostile(self):
        """A kubeconfig that would run a program here is refused, and the file that is there stays as it is"""
        path = Path(self.fleet.folder / "home/.kube/config")
        before = path.read_bytes()
        self.fleet.on("h1", "sed", "-i", "s/    client-key-data:/    exec: {command: touch, apiVersion: v1}\\n    client-key-data:/",
                      "/etc/rancher/k3s/k3s.yaml")
        done = self.fleet.muster("kubeconfig", "--into", str(path))
        self.assertEqual((done.status, done.out), (1, ""), done)
        self.assertIn("exec", done.err)
        self.assertEqual(path.read_bytes(), before)


class Servers(unittest.TestCase):
    def test_servers(self):
        """With the first of three servers gone, the other two are as planned, and the kubeconfig goes to one of them"""
        machines = fleet.shared()
        machines.inventory(servers=3)
        done = machines.apply()
        self.assertEqual(done.status, 0, done)
        fleet.until("all is well", lambda: machines.muster("status").status == 0)
        machines.fault("h1", "stop")
        fleet.until("the others miss it", lambda: machines.ready("h2") == ["h2", "h3"])
        done = machines.muster("status", "--output", "json")
        there = {each["machine"]: each for each in done.json["machines"]}
        self.assertEqual([name for name, its in there.items() if not its["ok"]], ["h1"], done)
        self.assertEqual((there["h1"]["node"]["status"], there["h1"]["error"]["code"]), ("NotReady", "unreachable"))
        done = machines.muster("kubeconfig", "--output", "json")
        self.assertEqual(done.status, 0, done)
        address = machines.reached["h2"]["ansible_host"]
        self.assertEqual(done.json["clusters"][0]["cluster"]["server"], f"https://{address}:6443")
        self.assertIn("h1 (", done.err)
        machines.fault("h1", "start")
        fleet.until("all is well again", lambda: machines.muster("status").status == 0)
