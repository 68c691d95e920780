"""From bare machines to a cluster and back; the tests go one after the other, each from where the last one ended."""

import unittest

import fleet

KEYS = {"machine", "phase", "action", "subject", "what", "why"}


class Cluster(unittest.TestCase):
    """One server and two agents, as in the guide."""

    is_broken = False

    @classmethod
    def setUpClass(cls):
        cls.fleet = fleet.shared()
        cls.before = cls.fleet.snapshots()

    def setUp(self):
        if self.is_broken:
            self.skipTest("a test before it failed")

    def run(self, result=None):
        trouble = len(result.failures) + len(result.errors)
        super().run(result)
        type(self).is_broken |= len(result.failures) + len(result.errors) > trouble

    def succeeded(self, done):
        self.assertEqual(done.status, 0, done)
        return done

    def same(self, before, **more):
        self.assertEqual(fleet.differences(before, self.fleet.snapshots(), **more), [])

    def subjects(self):
        return sorted((each["machine"], each["subject"]) for each in self.fleet.planned())

    def well(self):
        fleet.until("all nodes are ready", lambda: self.fleet.ready() == self.fleet.hosts)
        self.assertEqual(self.subjects(), [])

    def applied(self, *words):
        """What an apply did, as (machine, subject)."""
        events = self.succeeded(self.fleet.apply(*words)).lines
        done = [(each["machine"], each["subject"]) for each in events if each["event"] == "action" and each["state"] == "done"]
        end = events[-1]
        self.assertEqual((end["event"], end["state"], end["actions"]), ("run", "done", len(done)), end)
        return sorted(done)

    def test_01_check(self):
        """Checks find nothing that forbids a cluster, and change nothing"""
        self.succeeded(self.fleet.muster("ping"))
        self.succeeded(self.fleet.muster("check"))
        self.same(self.before)

    def test_02_plan(self):
        """A plan says what, where and why, and changes nothing; neither does an apply with --dry-run"""
        actions = self.fleet.planned()
        for each in actions:
            self.assertLessEqual(KEYS, each.keys())
            self.assertTrue(each["what"] and each["why"], each)
        self.assertEqual(sorted({each["machine"] for each in actions}), self.fleet.hosts)
        self.assertEqual([each["phase"] for each in actions], sorted(
            (each["phase"] for each in actions), key=["prepare", "start", "finish"].index))
        self.assertIn(("h1", "/etc/systemd/system/k3s.service"), {(each["machine"], each["subject"]) for each in actions})
        text = self.succeeded(self.fleet.muster("plan")).out
        for host in self.fleet.hosts:
            self.assertIn(host, text)
        self.succeeded(self.fleet.apply("--dry-run"))
        self.same(self.before)

    def test_03_apply(self):
        """An apply does what the plan said, and three nodes are ready and labelled"""
        planned = self.subjects()
        self.assertEqual(self.applied(), planned)
        fleet.until("all nodes are ready", lambda: self.fleet.ready() == self.fleet.hosts)
        nodes = self.fleet.nodes()
        labels = {name: node["metadata"]["labels"] for name, node in nodes.items()}
        for name in ("h2", "h3"):
            self.assertEqual(labels[name].get("fluidexnode"), "computation")
            self.assertEqual(labels[name].get("node-role.kubernetes.io/worker"), "true")
        self.assertNotIn("fluidexnode", labels["h1"])
        self.assertEqual(labels["h1"].get("node-role.kubernetes.io/registry"), "true")
        addresses = {name: node["status"]["addresses"][0]["address"] for name, node in nodes.items()}
        self.assertEqual(addresses, {name: self.fleet.reached[name]["ansible_host"] for name in self.fleet.hosts})
        for host in self.fleet.hosts:
            packages = self.fleet.on(host, "dpkg-query", "-W", "-f", "${db:Status-Status} ", "muster-test-base", "muster-test-tools")
            self.assertEqual(packages, "installed installed ")
            images = self.fleet.on(host, "/usr/local/bin/k3s", "crictl", "images")
            self.assertIn("hub-images.tar", images)
        self.assertEqual(self.fleet.on("h1", "ls", "/var/lib/rancher/k3s/server/static/charts"), "hub-1.0.0.tgz\n")

    def test_04_again(self):
        """A second plan is empty, and a second apply does nothing, restarts nothing and writes nothing"""
        self.assertEqual(self.subjects(), [])
        before, started = self.fleet.snapshots(), self.fleet.started()
        self.assertEqual(self.applied(), [])
        self.same(before)
        self.assertEqual(self.fleet.started(), started)

    def test_05_reboot(self):
        """Each machine comes back from a reboot as it was, and nothing is to be done"""
        # What is not on the disk is made anew by k3s itself.
        before = self.fleet.snapshots()
        for host in self.fleet.hosts:
            fleet.machines("reboot", host)
        self.well()
        changed = [each for each in fleet.differences(before, self.fleet.snapshots()) if " /run/" not in each]
        self.assertEqual([each for each in changed if "file /var/lib/rancher" not in each and "/var/lib/kubelet" not in each
                          and "/var/l" not in each and "k3s.yaml" not in each and "/root/.kube" not in each], [])

    def test_06_variable(self):
        """A changed variable plans just what it touches, and restarts nothing that does not go by it"""
        started = self.fleet.started()
        self.fleet.inventory(http_port=8080, https_port=8443)
        expected = [("h1", "/var/lib/rancher/k3s/server/manifests/muster-ingress.yaml")]
        self.assertEqual(self.subjects(), expected)
        self.assertEqual(self.applied(), expected)
        self.assertEqual(self.fleet.started(), started)
        self.fleet.inventory()
        self.assertEqual(self.subjects(), expected)
        self.assertEqual(self.applied(), expected)
        self.well()

    def test_07_images(self):
        """Other images go to every machine, and each service is restarted once"""
        started = self.fleet.started()
        path = self.fleet.bundle / "hub-images.tar"
        fleet.bundle.archive(path, 300_000)
        self.fleet.bundle_sums()
        subjects = self.subjects()
        image = "/var/lib/rancher/k3s/agent/images/hub-images.tar"
        for host, unit in (("h1", "k3s.service"), ("h2", "k3s-agent.service"), ("h3", "k3s-agent.service")):
            self.assertEqual({subject for name, subject in subjects if name == host}, {image, unit})
        self.assertEqual(self.applied(), subjects)
        after = self.fleet.started()
        self.assertTrue(all(started[host] != after[host] for host in self.fleet.hosts))
        self.well()

    def test_08_meddled(self):
        """What somebody changed by hand is set right, and nothing else is touched"""
        self.fleet.on("h2", "sh", "-ec", """
            chmod 644 /etc/systemd/system/k3s-agent.service.env
            echo 'net.ipv4.ip_forward=0' >/etc/sysctl.d/90-muster.conf
            sysctl -q -w vm.overcommit_memory=0""")
        expected = [("h2", "/etc/sysctl.d/90-muster.conf"), ("h2", "/etc/systemd/system/k3s-agent.service.env"),
                    ("h2", "vm.overcommit_memory")]
        started = self.fleet.started()
        self.assertEqual(self.subjects(), expected)
        self.assertEqual(self.applied(), expected)
        self.assertEqual(self.fleet.started(), started)
        self.well()

    def test_09_limit(self):
        """One machine alone is reset, leaves the cluster, and comes back into it; what is mounted in k3s's folder stays"""
        mount = "/var/lib/rancher/k3s/storage/a volume"
        self.fleet.on("h3", "sh", "-ec", f"mkdir -p /srv/data '{mount}'; echo mine >/srv/data/file; mount --bind /srv/data '{mount}'")
        self.succeeded(self.fleet.reset("--limit", "h3"))
        self.assertEqual(sorted(self.fleet.nodes()), ["h1", "h2"])
        self.assertEqual(self.fleet.on("h3", "find", "/var/lib/rancher", "/srv/data", "-type", "f"), f"{mount}/file\n/srv/data/file\n")
        self.fleet.on("h3", "sh", "-ec", f"umount '{mount}'; rm -r /var/lib/rancher /srv/data")
        self.assertEqual(fleet.differences({"h3": self.before["h3"]}, self.fleet.snapshots(["h3"])), [])
        self.assertEqual({machine for machine, _ in self.applied("--limit", "h3")} - {"h1"}, {"h3"})
        self.well()

    def test_10_anew(self):
        """A machine that was set up anew is told why the cluster refuses it, and joins when its old node is gone"""
        self.fleet.fresh("h3")
        done = self.fleet.apply()
        self.assertEqual(done.status, 1, done)
        self.assertEqual(list(done.lines[-1]["failed"]), ["h3"], done)
        self.assertIn("kubectl delete node", done.out)
        self.fleet.on("h1", "/usr/local/bin/k3s", "kubectl", "delete", "node", "h3")
        self.applied()
        self.well()

    def test_11_reset(self):
        """A reset leaves every machine as it was found, and a second one does nothing"""
        before = self.fleet.snapshots()
        self.succeeded(self.fleet.muster("reset", "--dry-run"))
        refused = self.fleet.muster("reset")
        self.assertNotEqual(refused.status, 0)
        self.assertIn("--yes", refused.err)
        self.same(before)
        self.succeeded(self.fleet.reset())
        self.same(self.before)
        self.succeeded(self.fleet.reset())
        self.same(self.before)


class Alone(unittest.TestCase):
    def test_alone(self):
        """One machine alone is a cluster that does tasks, keeps what was there before, and is left as it was found"""
        machines = fleet.shared()
        machines.on("h2", "sh", "-ec", """
            echo 'kernel.panic=7' >/etc/sysctl.d/90-muster.conf; chmod 640 /etc/sysctl.d/90-muster.conf
            touch -d '2020-02-02' /etc/sysctl.d/90-muster.conf
            printf '#!/bin/sh\\necho mine\\n' >/usr/local/bin/kubectl; chmod 755 /usr/local/bin/kubectl
            sysctl -q -w kernel.panic=7""")
        before = machines.snapshots(["h2"])
        machines.inventory(of=["h2"])
        done = machines.apply()
        self.assertEqual(done.status, 0, done)
        fleet.until("the node is ready", lambda: machines.ready("h2") == ["h2"])
        self.assertEqual(machines.nodes("h2")["h2"]["metadata"]["labels"].get("fluidexnode"), "computation")
        self.assertEqual(machines.on("h2", "kubectl"), "mine\n")
        self.assertEqual(machines.planned(), [])
        done = machines.reset()
        self.assertEqual(done.status, 0, done)
        self.assertEqual(fleet.differences(before, machines.snapshots(["h2"])), [])
