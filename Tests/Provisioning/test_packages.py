"""Packages that the bundle does not have, from the machines' own sources: a private mirror, broken in every way, and Docker's."""

import json
import subprocess
import unittest

import fleet
import mirror

LIST = "/etc/apt/sources.list"
KEY = "/etc/apt/mirror.asc"
# What every run of dpkg on this tree changes: the tree is without its documentation, and lists lose the folders that are not there.
OF_DPKG = r"file /var/lib/dpkg/info/[^ ]*\.list was|file /etc/g?shadow-|file /etc/(group|gshadow|passwd|shadow)-? was.*\(time\)$|/run/adduser"
# Where dpkg unpacks; it empties that itself when it unpacks the next time.
OF_DPKG += r"|file /var/lib/dpkg/tmp\.ci"


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fleet = fleet.shared()
        address = cls.fleet.reached["h1"]["ansible_host"].rsplit(".", 1)[0] + ".1"
        cls.mirror = mirror.Mirror(address)
        cls.addClassCleanup(cls.mirror.close)
        cls.good = cls.mirror.publish("debian", mirror.DOCKER, key="good")
        cls.fleet.inventory(of=["h1"], install_docker="true")

    @classmethod
    def tearDownClass(cls):
        cls.fleet.fresh()
        cls.fleet.inventory()

    def setUp(self):
        self.fleet.fresh("h1")
        self.fleet.inventory(of=["h1"], install_docker="true")
        self.fleet.on("h1", "sh", "-c", f"cat >{KEY}; chmod 644 {KEY}", text=self.mirror.key("good"))

    def source(self, *lines):
        self.fleet.on("h1", "sh", "-c", f"cat >{LIST}", text="".join(f"{line}\n" for line in lines))

    def signed(self, url=None):
        self.source(f"deb [signed-by={KEY}] {url or self.good} bookworm main")

    def found(self):
        """What the checks say of the packages of h1, each with its verdict, but for those of the bundle."""
        done = self.fleet.muster("check", "--skip-ports", "--all", "--output", "json")
        return [(each["verdict"], each["found"]) for each in done.json if each["check"] == "packages" and each["machine"] == "h1"
                and each["found"] != "from the bundle"]

    def state(self):
        return {"h1": json.loads(self.fleet.on("h1", "python3", "-", text=(fleet.HERE / "snapshot.py").read_text()))}

    def same(self, before):
        self.assertEqual(fleet.differences(before, self.state(), OF_DPKG), [])

    def succeeded(self, done):
        self.assertEqual(done.status, 0, done)
        return done

    def subjects(self, done):
        return [each["subject"] for each in self.succeeded(done).lines if each.get("state") == "done" and "subject" in each]

    def docker(self):
        return self.fleet.on("h1", "dpkg-query", "-W", "-f", "${db:Status-Status} ", "docker.io", "muster-test-runtime", check=False)

    def test_own_sources(self):
        """Docker comes from a private mirror with what it needs, once, and a reset takes away just that"""
        self.signed()
        before = self.state()
        self.assertEqual(self.found(), [("ok", "docker.io from the machine's own sources, which work")])
        self.same(before)
        planned = [each for each in self.fleet.planned() if each["subject"] == "docker.io"]
        self.assertEqual([change["name"] for change in planned[0]["changes"]], ["docker.io", "muster-test-runtime"])
        self.same(before)
        self.assertIn("docker.io", self.subjects(self.fleet.apply()))
        self.assertEqual(self.docker(), "installed installed ")
        self.assertEqual(self.fleet.on("h1", "find", "/var/lib/apt/lists", "-name", "*Packages*"), "")
        asked = len(self.mirror.asked)
        self.assertEqual(self.subjects(self.fleet.apply()), [])
        self.assertEqual(len(self.mirror.asked), asked)
        self.succeeded(self.fleet.reset())
        self.same(before)

    def test_broken(self):
        """Each way in which a mirror can be broken has its sentence, and Docker, which is not needed, is gone without"""
        unsigned = self.mirror.publish("unsigned", mirror.DOCKER)
        other = self.mirror.publish("other", mirror.DOCKER, key="other")
        broken = self.mirror.publish("broken", mirror.DOCKER[1:], key="good")
        damaged = self.mirror.publish("damaged", mirror.DOCKER, key="good")
        for name in ("Packages", "Packages.gz"):
            path = self.mirror.www / "damaged/dists/bookworm/main/binary-amd64" / name
            path.write_bytes(b"x" * path.stat().st_size)
        closed = self.good.rsplit(":", 1)[0] + ":9"
        with_key = f"deb [signed-by={KEY}]"
        cases = [
            ("# nothing", "it has none"),
            (f"{with_key} {unsigned} bookworm main", f"{unsigned} is not signed"),
            (f"{with_key} {other} bookworm main", f"{other} is signed with the key [0-9A-F]+, which the machine does not know"),
            (f"deb {self.good} bookworm main", f"{self.good} is signed with the key"),
            (f"{with_key} {self.good}/no bookworm main", f"there is no source of packages at {self.good}/no"),
            (f"{with_key} {closed} bookworm main", f"{closed}/\\S* refuses the connection"),
            (f"{with_key} http://mirror.example bookworm main", "the name mirror.example cannot be resolved"),
            (f"{with_key} {broken} bookworm main", "what it needs itself cannot be had .*muster-test-runtime"),
            (f"{with_key} {damaged} bookworm main", "gives something else than its own list says"),
            (f"rubbish {self.good}", "its list of sources cannot be read"),
            (f"{with_key} {self.good} trixie main", "there is no source of packages at"),
        ]
        for line, words in cases:
            with self.subTest(line):
                self.source(line)
                found = self.found()
                self.assertEqual([verdict for verdict, _ in found], ["warning"], found)
                self.assertRegex(found[0][1], f"docker.io is not in the bundle, and cannot be had from the machine's own sources: .*{words}")
        done = self.succeeded(self.fleet.apply())
        self.assertIn("h1 goes without docker.io", done.err)
        # It is remembered, until the sources change.
        self.assertEqual(self.subjects(self.fleet.apply()), [])
        self.signed()
        self.assertIn("docker.io", self.subjects(self.fleet.apply()))

    def test_needed(self):
        """What is needed and nowhere to be had forbids the cluster before anything is changed, and comes when the mirror has it"""
        self.fleet.on("h1", "dpkg", "--purge", "--force-depends", "kmod")
        self.fleet.inventory(of=["h1"])
        self.signed()
        before = self.state()
        self.assertEqual([verdict for verdict, _ in self.found()], ["problem"])
        done = self.fleet.apply()
        self.assertEqual(done.status, 1, done)
        self.assertIn("h1 needs kmod, which is not in the bundle: cannot be had from its own sources: the sources answer and do not have it",
                      done.err)
        self.same(before)
        kmod = mirror.Package("kmod", files={"/usr/sbin/modprobe": "#!/bin/sh\n"})
        self.signed(self.mirror.publish("kmod", [kmod], key="good"))
        before = self.state()
        self.assertEqual(self.found(), [("ok", "kmod from the machine's own sources, which work")])
        self.assertIn("kmod", self.subjects(self.fleet.apply()))
        self.succeeded(self.fleet.reset())
        self.same(before)

    def test_repository(self):
        """docker_repo is a source of Muster's own with the bundle's key, and goes with a reset"""
        docker = mirror.Package("docker-ce", "27.0-1", "muster-test-runtime", mirror.DOCKER[1].files, mirror.DOCKER[1].postinst)
        url = self.mirror.publish("docker-ce/linux/debian", [mirror.DOCKER[0], docker], key="docker", component="stable")
        self.source("# nothing")
        self.fleet.inventory(of=["h1"], install_docker="true", docker_repo=f"{self.mirror.url}/docker-ce")
        found = self.found()
        self.assertEqual([verdict for verdict, _ in found], ["problem"])
        self.assertRegex(found[0][1], f"docker-ce is not in the bundle, .*: {url} is signed with the key")
        self.assertEqual(self.fleet.apply().status, 1)
        key = self.fleet.bundle / "docker/docker.asc"
        self.addCleanup(lambda: (key.unlink(), key.parent.rmdir(), self.fleet.bundle_sums()))
        key.parent.mkdir()
        key.write_text(self.mirror.key("docker"))
        self.fleet.bundle_sums()
        before = self.state()
        self.assertEqual(self.found(), [("ok", "docker-ce from the machine's own sources, which work")])
        self.assertIn("docker-ce", self.subjects(self.fleet.apply()))
        text = self.fleet.on("h1", "cat", "/etc/apt/sources.list.d/muster-docker.list")
        self.assertEqual(text, f"deb [arch=amd64 signed-by=/usr/share/keyrings/muster-docker.asc] {url} bookworm stable\n")
        # The admin can go on with it.
        self.fleet.on("h1", "apt-get", "update")
        self.assertEqual(self.subjects(self.fleet.apply()), [])
        self.fleet.on("h1", "sh", "-c", "rm -rf /var/lib/apt/lists/*Packages* /var/lib/apt/lists/*Release* /var/lib/apt/lists/auxfiles")
        self.succeeded(self.fleet.reset())
        self.same(before)

    def test_cut(self):
        """An installation that is cut in any script of a package is finished by the next apply, and taken back by a reset"""
        self.signed()
        before = self.state()
        for place, goes_on in (("muster-test-runtime preinst install", True), ("muster-test-runtime postinst configure", False),
                               ("docker.io preinst install", False), ("docker.io postinst configure", True)):
            with self.subTest(place, goes_on=goes_on):
                self.fleet.on("h1", "sh", "-c", "cat >/var/tmp/cut", text=f"{place}\n")
                done = self.fleet.apply()
                self.assertEqual(done.status, 1, done)
                self.assertIn("apt-get could not install docker.io", done.said)
                if goes_on:
                    self.succeeded(self.fleet.apply())
                    self.assertEqual(self.docker(), "installed installed ")
                    self.assertEqual(self.subjects(self.fleet.apply()), [])
                self.succeeded(self.fleet.reset())
                self.same(before)

    def test_failed(self):
        """An installation of which nothing came leaves nothing in the record: what somebody installs afterwards is theirs"""
        self.signed(self.mirror.publish("gone", mirror.DOCKER, key="good"))
        for path in (self.mirror.www / "gone").rglob("*.deb"):
            path.unlink()
        done = self.fleet.apply()
        self.assertEqual(done.status, 1, done)
        self.assertIn("apt-get could not install docker.io", done.said)
        record = self.fleet.on("h1", "cat", "/var/lib/muster/record")
        for word in ("package docker.io", "package muster-test-runtime", "place ", "account docker", "forwarding"):
            self.assertNotIn(f"\n{word}", record)
        self.fleet.on("h1", "sh", "-c", "printf '#!/bin/sh\\n' >/usr/local/bin/docker; chmod 755 /usr/local/bin/docker; mkdir -p /var/lib/docker/volumes")
        self.succeeded(self.fleet.apply())
        self.succeeded(self.fleet.reset())
        self.assertEqual(self.fleet.on("h1", "ls", "/usr/local/bin/docker", "/var/lib/docker"), "/usr/local/bin/docker\n\n/var/lib/docker:\nvolumes\n")

    def test_lock(self):
        """A lock of dpkg's is waited for, and the installation goes on when it is given back"""
        self.signed()
        self.fleet.fault("h1", "dpkglock")
        process = self.fleet.start("apply", "inv.toml", "--output", "json", "--skip-checks")
        for line in process.stdout:
            event = json.loads(line)
            # Those of the bundle come first.
            if event.get("action") == "install" and event["state"] == "begun":
                break
        # It has to come to the lock, and would not get past it.
        fleet.until("it waits for the lock", lambda: "sleep 1" in self.fleet.on("h1", "ps", "-e", "-o", "args="))
        self.assertEqual(self.docker(), "")
        self.fleet.heal("h1")
        out, err = process.communicate(timeout=fleet.PATIENCE)
        self.assertEqual(process.returncode, 0, out + err)
        self.assertEqual(self.docker(), "installed installed ")

    def test_upgrade(self):
        """What would change an installed package is not taken, as a reset could not bring it back"""
        old = mirror.Package("muster-test-runtime", "0.9-1")
        path, _ = old.build(self.mirror.folder)
        self.fleet.on("h1", "sh", "-c", "cat >/var/tmp/old.deb.64; base64 -d /var/tmp/old.deb.64 >/var/tmp/old.deb; dpkg -i /var/tmp/old.deb",
                      text=subprocess.run(["base64", path], check=True, capture_output=True, text=True).stdout)
        newer = mirror.Package("docker.io", "20.10-1", "muster-test-runtime (>= 1.0)")
        self.signed(self.mirror.publish("newer", [mirror.DOCKER[0], newer], key="good"))
        found = self.found()
        self.assertEqual([verdict for verdict, _ in found], ["warning"])
        self.assertIn("docker.io would change what is installed (muster-test-runtime 0.9-1)", found[0][1])

    def test_kept(self):
        """A Docker that is there already is kept, and a reset leaves it"""
        self.source("# nothing")
        self.fleet.on("h1", "sh", "-c", "printf '#!/bin/sh\\n' >/usr/local/bin/docker; chmod 755 /usr/local/bin/docker; mkdir /var/lib/docker")
        before = self.state()
        self.assertEqual(self.found(), [])
        self.succeeded(self.fleet.apply())
        self.succeeded(self.fleet.reset())
        self.same(before)
