"""A worker as Kubernetes runs it: it joins with a token from a file, says whether it is ready, and is the first process."""

import json
import os
import shutil
import signal
import subprocess
import unittest

from support.cluster import KINDS, Cluster
from support.process import Daemon, Folder, until

SLOW = """kinds:
  echo:
    executor: [sh, -c, "cat {input}; (sleep 300 &) ; sleep 2"]
"""


def setUpModule():
    global cluster
    cluster = Cluster(names=("localhost",))
    unittest.addModuleCleanup(cluster.close)


class Pod:
    """The files of a pod, and the worker's process in it, as often as it is started."""

    def __init__(self, test, token, name, configuration=KINDS, address=None, **variables):
        self.folder = Folder(f"pod-{name}", {"muster.yaml": configuration, "token": token})
        test.addCleanup(self.folder.close)
        self.variables = {
            "MUSTER_COORDINATOR": address or cluster.address, "MUSTER_NAME": name, "MUSTER_READY_FILE": "ready",
            "MUSTER_JOIN_TOKEN_FILE": "token", "MUSTER_STATE": "state", **variables}

    def start(self, within=()):
        return Daemon(self.folder, "worker", "run", within=within, **self.variables)

    def check(self, *arguments):
        return self.folder.call("worker", "check", *arguments, MUSTER_READY_FILE="ready")

    def until_ready(self):
        until(lambda: f"it is ready: {self.check()}", lambda: self.check().status == 0)

    def record(self):
        return json.loads((self.folder.path / "ready").read_text())


class PodTests(unittest.TestCase):
    def workers(self):
        return {w["name"]: w["state"] for w in cluster.admin("worker", "list", "--output", "json").json}

    def uses(self, token):
        listed = cluster.admin("token", "list", "--output", "json").json
        return next(t["used"] for t in listed if t["id"] == token.split("_")[1])

    def test_joins_once(self):
        """Many workers join with one token; the same state uses none up again."""
        token = cluster.token("worker", "--uses", "3")
        pods = [Pod(self, token, f"joins-{number}") for number in range(3)]
        daemons = [pod.start() for pod in pods]
        for pod in pods:
            pod.until_ready()
        self.assertEqual(self.uses(token), 3)
        self.assertEqual({n: s for n, s in self.workers().items() if n.startswith("joins-")},
                         {f"joins-{number}": "connected" for number in range(3)})
        for daemon in daemons:
            daemon.stop()
        # The token is not even there any more.
        (pods[0].folder.path / "token").unlink()
        again = pods[0].start()
        pods[0].until_ready()
        self.assertNotIn("Joining", again.said)
        again.stop()
        # Another pod of a name whose certificate still holds is refused with the cure; its own next container is not.
        late = Pod(self, cluster.token("worker"), "joins-0")
        daemon = late.start()
        self.assertEqual(daemon.wait(), 1)
        self.assertIn("muster worker revoke joins-0", daemon.said)
        cluster.admin("worker", "revoke", "joins-0")
        late = Pod(self, cluster.token("worker"), "joins-0")
        daemon = late.start()
        late.until_ready()
        daemon.stop()

    def test_says_why_not(self):
        """A refused token ends it with one sentence; a coordinator that is not there is waited for."""
        token = cluster.token("worker", "--ttl", "1s")
        until("the token has ended", lambda: self.expired(token))
        pod = Pod(self, token, "expired")
        daemon = pod.start()
        self.assertEqual(daemon.wait(), 1)
        self.assertRegex(daemon.said, r"\nerror: token \w+ expired at [^\n]*ask for a new one: muster token create")
        self.assertNotIn(token.split("_")[2], daemon.said)
        self.assertIn("expired at", pod.record()["failure"])
        self.assertIn("does not run any more; its last word was: token", pod.check("--alive").sentence)

        pod = Pod(self, cluster.token("worker"), "patient", address="127.0.0.1:1")
        daemon = pod.start()
        until("it has tried", lambda: (pod.folder.path / "ready").exists() and "failure" in pod.record())
        self.assertIn("no coordinator answers at 127.0.0.1:1", pod.check().sentence)
        self.assertEqual(pod.check("--alive").status, 0)
        daemon.stop()
        self.assertFalse((pod.folder.path / "ready").exists())

    def expired(self, token):
        listed = cluster.admin("token", "list", "--output", "json").json
        entry = next(t for t in listed if t["id"] == token.split("_")[1])
        return entry["expires_unix_ms"] < int(subprocess.check_output(["date", "+%s%3N"]))

    def test_address_that_is_in_no_certificate(self):
        """The service's name must be in the coordinator's certificate, and may be added while it runs."""
        listening = Cluster(listen="0.0.0.0:0", http="none")
        self.addCleanup(listening.close)
        pod = Pod(self, listening.token("worker", "--uses", "9"), "elsewhere", address=f"127.0.0.2:{listening.port}")
        daemon = pod.start()
        self.assertEqual(daemon.wait(), 1)
        self.assertRegex(daemon.said, r"certificate of the coordinator at 127\.0\.0\.2:\d+ is for [^\n]* and not for 127\.0\.0\.2; "
                         r"use one of those names, or let its operator add this one: muster coordinator init --name 127\.0\.0\.2")
        listening.folder.call("coordinator", "init", "--name", "127.0.0.2", status=0)

        def joined():
            daemon = pod.start()
            try:
                until("it ends, or is ready", lambda: daemon.process.poll() is not None or pod.check().status == 0)
                return pod.check().status == 0
            finally:
                daemon.stop(check=False)

        until("the new certificate is taken", joined)

    @unittest.skipUnless(shutil.which("unshare") and os.geteuid() == 0, "needs unshare and root")
    def test_first_process(self):
        """As process 1 of its own namespace: it reaps orphans, is found by its probe, drains at SIGTERM and ends with 0."""
        pod = Pod(self, cluster.token("worker"), "first", configuration=SLOW, MUSTER_SLOTS="1")
        within = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
        daemon = pod.start(within)
        until("it is ready", lambda: (pod.folder.path / "ready").exists() and pod.record()["state"] == "connected")
        self.assertEqual(pod.record()["pid"], 1)
        worker = int(subprocess.check_output(["pgrep", "-P", str(daemon.process.pid)]).split()[0])
        cluster.admin("submit", "--kind", "echo", "--id", "first-1", "--input", "in")
        until("it runs", lambda: [t for w in cluster.admin("worker", "list", "--output", "json").json
                                  if w["name"] == "first" for t in w["running"]])
        os.kill(worker, signal.SIGTERM)
        until("it drains", lambda: pod.record()["state"] == "draining")
        inside = ["nsenter", "-t", str(worker), "-p", "-m"]
        for arguments, status in ((["--alive"], 0), ([], 1)):
            done = subprocess.run([*inside, os.environ["PROGRAM"], "worker", "check", "--ready-file", str(pod.folder.path / "ready"),
                                   *arguments], capture_output=True, text=True)
            self.assertEqual(done.returncode, status, done.stderr)
        corpses = subprocess.run([*inside, "ps", "-eo", "stat,args"], capture_output=True, text=True).stdout
        self.assertFalse([line for line in corpses.splitlines() if line.startswith("Z")], corpses)
        self.assertEqual(daemon.wait(), 0, daemon.said)
        done = cluster.admin("task", "show", "first-1", "--output", "json").json
        self.assertEqual(done["state"], "done", done)


if __name__ == "__main__":
    unittest.main()
