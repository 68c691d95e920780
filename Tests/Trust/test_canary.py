"""Secrets are planted in a full run, and searched for in everything that was written or can be seen."""

import os
import re
import secrets
import shutil
import socket
import stat
import subprocess
import threading
import time
import unittest

from support.cluster import Cluster
from support.process import Daemon, Folder, environment, until

WORKER = """kinds:
  look:
    executor: [env]
    environment: [CANARY_NAMED]
  fails:
    executor: [sh, -c, "echo it fails >&2; exit 3"]
  waits:
    executor: [sh, -c, "while [ ! -e ../../../../go ] && [ ! -e ${CANARY_NAMED:-x} ]; do sleep 0.05; done; echo done"]
    environment: [CANARY_NAMED]
"""
COORDINATOR = """kinds:
  look: {}
  fails: {}
  waits: {}
"""


def canary():
    """A word that stands nowhere else."""
    return "cnry" + secrets.token_hex(12)


class Sampler:
    """Looks again and again at what this machine's other users could see of a process and its children."""

    def __init__(self, *processes):
        self.roots = {process.pid for process in processes}
        self.lines, self.environments, self.ended = {}, {}, False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self.ended:
            self._look()
            time.sleep(0.01)

    def _look(self):
        parents = {}
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    with open(f"/proc/{name}/stat") as file:
                        parents[int(name)] = int(file.read().rsplit(")", 1)[1].split()[1])
                except OSError:
                    continue
        for pid in parents:
            line, seen = pid, set()
            while line in parents and line not in self.roots and line not in seen:
                seen.add(line)
                line = parents[line]
            if line not in self.roots:
                continue
            for what, kept in (("cmdline", self.lines), ("environ", self.environments)):
                try:
                    with open(f"/proc/{pid}/{what}", "rb") as file:
                        kept.setdefault(pid, set()).add(file.read())
                except OSError:
                    continue

    def close(self):
        self.ended = True
        self._thread.join()


class CanaryTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """The full run; the tests look at what is left of it."""
        # By name: what no file, log or process may show, but those named in `meant`.
        cls.planted, cls.said = {}, {}
        cls.tokens = []
        plant = lambda name: cls.planted.setdefault(name, canary())  # noqa: E731
        cls.cluster = cluster = Cluster(
            COORDINATOR, "--log-level", "trace",
            CANARY_COORDINATOR=plant("a variable of the coordinator"),
            MUSTER_TOKEN=plant("a token in the coordinator's environment"))
        cls.addClassCleanup(cluster.close)
        cls.worker_variables = {
            "CANARY_WORKER": plant("a variable of the worker"), "CANARY_NAMED": "named-by-the-kind"}

        # Tokens by all three ways.
        cls.place = place = Folder("worker", {"muster.yaml": WORKER})
        cls.addClassCleanup(place.close)
        token = cls.token("worker", "--uses", "3")
        cls.note("join by --token", place.call(
            "worker", "join", cluster.address, "--name", "w", "--token", token, status=0))
        (place.path / "token").write_text(cls.token("worker"))
        (place.path / "token").chmod(0o600)
        cls.note("join by file", place.call(
            "worker", "join", cluster.address, "--name", "w", "--token-file", "token", status=0))
        (place.path / "token").unlink()
        login = Folder("user")
        cls.addClassCleanup(login.close)
        cls.login = login
        cls.note("login by variable", login.call(
            "login", cluster.address, "--name", "ada", status=0, MUSTER_TOKEN=cls.token("submit")))
        cls.worker = worker = Daemon(place, "worker", "run", "--log-level", "trace", **cls.worker_variables)
        cls.addClassCleanup(worker.stop)
        cls.sampler = Sampler(cluster.daemon.process, worker.process)
        cls.addClassCleanup(cls.sampler.close)
        worker.until_said("serves the coordinator")

        # Tasks, also one that fails and one that can be looked at while it runs.
        def user(*arguments, **more):
            return cls.note(" ".join(arguments[:2]), login.call(*arguments, **more))

        cls.seen = user("submit", "--kind", "look", "--input", "1", "--wait", status=0).out
        user("submit", "--kind", "fails", "--input", "1", "--max-attempts", "1", "--wait", status=1)
        user("submit", "--kind", "waits", "--id", "waits", "--input", "1", status=0)
        until("it runs", lambda: "running" in login.call("task", "list").out)
        time_seen = time.monotonic()
        until("it was sampled", lambda: time.monotonic() - time_seen > 0.3)
        (place.path / "go").touch()
        user("task", "cancel", "waits")
        for arguments in (["task", "list"], ["task", "show", "waits"], ["whoami"], ["config", "show"],
                          ["config", "show", "--output", "json"], ["worker", "list", "--output", "json"]):
            user(*arguments)

        # What goes wrong, in both forms.
        used, other = cls.token("worker"), Cluster(http="none")
        cls.addClassCleanup(other.close)
        place2 = Folder("second")
        cls.addClassCleanup(place2.close)
        place2.call("worker", "join", cluster.address, "--name", "x", "--token-file", "-", input=used, status=0)
        foreign = other.token("worker")
        cls.tokens.append(foreign)
        shutil.rmtree(place2.path / ".muster")
        changed = used[:20] + ("b" if used[20] != "b" else "c") + used[21:]
        cls.tokens.append(changed)
        for wrong in (used, foreign, changed, used[:60]):
            for output in ("table", "json"):
                for arguments, more in ((["--token", wrong], {}), (["--token-file", "-"], {"input": wrong}),
                                        ([], {"MUSTER_TOKEN": wrong}), (["--token", wrong, "--token-file", "x"], {}),
                                        (["--tokn", wrong], {}), ([wrong], {})):
                    done = place2.call(
                        "worker", "join", cluster.address, "--name", "y", *arguments, "--output", output, **more)
                    assert done.status != 0, done
                    cls.note("a misplaced token" if arguments[:1] == [wrong] else "a wrong join", done)
        bearer = cls.token("read", "--bearer")
        assert cluster.get("/metrics", bearer)[0] == 200
        cluster.get("/metrics", changed)
        cluster.get("/metrics", foreign)
        cls.note("token list", cluster.admin("token", "list"))
        cls.note("token list", cluster.admin("token", "list", "--output", "json"))
        cls.note("revoke", cluster.admin("token", "revoke", bearer))
        cls.note("revoke", cluster.admin("identity", "revoke", "ada"))
        cls.note("identities", cluster.admin("identity", "list", "--output", "json"))
        user("task", "list", status=1)
        user("task", "list", "--output", "json", status=1)
        for name, folder, arguments in [
            ("coordinator", cluster.folder, ["config", "show", "--for", "coordinator"]),
            ("coordinator", cluster.folder, ["config", "show", "--for", "coordinator", "--output", "json"]),
            ("worker", place, ["config", "show", "--for", "worker", "--output", "json"])]:
            cls.note(f"config show of the {name}", folder.call(
                *arguments, MUSTER_TOKEN=cls.tokens[0], **cls.worker_variables))
        cls.sampler.close()

        # Keys: each line of their bodies is as good as the whole.
        cls.keys = [
            path for root in (cluster.folder.path, place.path, login.path) for path in root.rglob("*")
            if path.is_file() and path.suffix == ".key" or path.name == "key.pem"]
        for path in cls.keys:
            for number, line in enumerate(path.read_text().splitlines()[1:-1]):
                # The first line of all keys of a sort begins alike.
                cls.planted[f"line {number} of {path.name} in {path.parent.name}"] = line[-40:]
        for number, token in enumerate(cls.tokens):
            cls.planted[f"the secret of token {number}"] = token.split("_")[2]

    @classmethod
    def token(cls, role, *arguments):
        token = cls.cluster.token(role, *arguments)
        cls.tokens.append(token)
        return token

    @classmethod
    def note(cls, name, done):
        cls.said.setdefault(name, []).append(done)
        return done

    def find(self, where, data, but=()):
        """Fails for each planted secret in some bytes; their base64 and hexadecimal forms are secrets too."""
        for name, secret in self.planted.items():
            if name in but:
                continue
            for form in (secret.encode(), secret.encode().hex().encode(), secret.upper().encode()):
                self.assertFalse(form in data, f"{name} stands in {where}")

    def test_enough_was_planted(self):
        self.assertGreater(len(self.planted), 20, self.planted.keys())
        self.assertEqual(len(self.keys), 5, self.keys)
        self.assertIn("debug", self.cluster.said)
        # The search finds what is there.
        with self.assertRaises(AssertionError):
            self.find("a key", self.keys[0].read_bytes())

    def test_what_the_processes_said(self):
        self.find("the coordinator's log", self.cluster.daemon.path.read_bytes())
        self.find("the worker's log", self.worker.path.read_bytes())

    def test_what_the_commands_said(self):
        for name, all in self.said.items():
            if name != "a misplaced token":
                for done in all:
                    self.find(f"'{name}', {done.arguments[:2]}", (done.out + done.err).encode())

    # The parser repeats the argument that it does not expect.
    def test_a_token_in_the_wrong_place_is_not_repeated(self):
        for done in self.said["a misplaced token"]:
            self.find("an answer to a misplaced token", (done.out + done.err).encode())

    def test_what_is_on_disk(self):
        """All files but those that are there to hold a key."""
        kinds = set()
        for root in (self.cluster.folder.path, self.place.path, self.login.path):
            for path in root.rglob("*"):
                if path.is_file() and not path.is_symlink() and path not in self.keys:
                    kinds.add(path.suffix)
                    self.find(str(path.relative_to(root)), path.read_bytes())
        self.assertTrue({".db", ".log", ".pem"} <= kinds, kinds)

    def test_who_may_read_what_is_on_disk(self):
        for root in (self.cluster.folder.path, self.place.path, self.login.path):
            for path in root.rglob("*"):
                mode, name = stat.S_IMODE(path.lstat().st_mode), str(path.relative_to(root))
                if path.is_symlink() or path.is_socket():
                    continue
                with self.subTest(name=name, mode=oct(mode)):
                    self.assertFalse(mode & 0o022, "others may write it")
                    if path in self.keys or re.search(r"\.db(-wal|-shm|-journal)?$|audit\.log$", name):
                        self.assertEqual(mode, 0o600)
                    if path.is_dir() and (path.name in ("trust", "identity", "admin") or path.parent.name == "logins"):
                        self.assertEqual(mode, 0o700)

    def test_what_lists_of_processes_show(self):
        lines = [line for lines in self.sampler.lines.values() for line in lines]
        self.assertTrue(any(b"sleep" in line for line in lines), "no executor was sampled")
        for line in lines:
            self.find(f"the command line {line[:80]}", line)

    def test_what_children_have_in_their_environment(self):
        roots = self.sampler.roots
        children = {pid: all for pid, all in self.sampler.environments.items() if pid not in roots}
        self.assertTrue(children)
        for pid, all in children.items():
            lines = self.sampler.lines.get(pid, set())
            if any(b"--keeper" in line for line in lines):
                continue
            for data in all:
                # Between fork and exec a child is still a copy.
                if any(os.path.basename(os.environ["PROGRAM"]).encode() in line for line in lines):
                    continue
                self.find(f"the environment of {lines}", data)

    # It gets all that its parent has, and needs none of it: executors' environments are told to it.
    def test_what_the_keeper_has_in_its_environment(self):
        keepers = [
            pid for pid, lines in self.sampler.lines.items()
            if pid not in self.sampler.roots and any(b"--keeper" in line for line in lines)]
        self.assertTrue(keepers)
        for pid in keepers:
            for data in self.sampler.environments[pid]:
                self.find("the environment of the keeper", data)

    def test_what_an_executor_sees(self):
        seen = dict(line.split("=", 1) for line in self.seen.splitlines() if "=" in line)
        self.assertEqual(seen["CANARY_NAMED"], "named-by-the-kind")
        self.assertNotIn("CANARY_WORKER", seen)
        self.find("what an executor sees", self.seen.encode())
        self.assertFalse([name for name in seen if "TOKEN" in name or "IDENTITY" in name], seen)

    def test_what_the_audit_log_says(self):
        text = self.cluster.audit()
        for action in ("token create", "join", "token revoke", "revoke", "submit", "cancel"):
            self.assertIn(f'"action":"{action}"', text)
        self.find("the audit log", text.encode())

    def test_the_keeper_and_executors_leave_no_cores(self):
        """A core of a process holds what it knows; the keeper's limit is its children's, too."""
        pids = self.sampler.lines.keys() - self.sampler.roots
        found = 0
        for pid in pids:
            try:
                with open(f"/proc/{pid}/limits") as file:
                    limits = re.search(r"Max core file size +(\S+) +(\S+)", file.read()).groups()
            except OSError:
                continue
            self.assertEqual(limits, ("0", "0"))
            found += 1
        self.assertGreaterEqual(found, 1)


class CommandLineTests(unittest.TestCase):
    """`--token` is overwritten where other users see it, before anything else is waited for."""

    def test_it_is_overwritten(self):
        cluster = Cluster(http="none")
        self.addCleanup(cluster.close)
        token = cluster.token("worker")
        place = Folder("joins")
        self.addCleanup(place.close)
        # Somebody who listens and says nothing: the command waits for him.
        with socket.create_server(("127.0.0.1", 0)) as silent:
            address = f"127.0.0.1:{silent.getsockname()[1]}"
            for words in (["--token", token], [f"--token={token}"]):
                for command in (["worker", "join"], ["login"]):
                    with self.subTest(command=command, form=words[0][:8]):
                        process = subprocess.Popen(
                            [os.environ["PROGRAM"], *command, address, *words], cwd=place.path,
                            env=environment(place.path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                        try:
                            silent.settimeout(20)
                            connection = silent.accept()[0]
                            with open(f"/proc/{process.pid}/cmdline", "rb") as file:
                                line = file.read()
                            self.assertIn(b"xxxxxxxx", line)
                            self.assertNotIn(token.split("_")[2].encode(), line)
                            self.assertNotIn(b"mst_", line)
                            connection.close()
                        finally:
                            process.kill()
                            process.wait()
