"""Coordinators in the place of the original, and Muster's own workers."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from backend.database import CANARY, free_port

# 256 bytes of the prover's choice, then the task's input: anyone can check it, and a task has many valid proofs. The
# circuit `block` has a public input, which its verifier prints; `quiet` has none.
VERIFIER = """#!/bin/sh
tail -c +257 "$2" | cmp -s - "$1" || exit 1
[ "$3" = quiet ] || { printf 'public\\0of '; cat "$1"; }
"""
EVERY_BYTE = bytes(range(256))
PROVE = """#!/bin/sh
head -c 256 "$2"
cat "$1"
"""
CIRCUITS = ["block", "quiet", "brief"]
KINDS = """
  block:
    verifier: [./verify, "{{input}}", "{{result}}", block]
    lease: {lease}
    maxAttempts: 10
  quiet:
    verifier: [./verify, "{{input}}", "{{result}}", quiet]
    lease: {lease}
  brief:
    verifier: [./verify, "{{input}}", "{{result}}", brief]
    lease: 1s
    maxAttempts: 1
"""
_running = []


def proof(input, prefix=EVERY_BYTE):
    return prefix + (input if isinstance(input, bytes) else input.encode())


def until(condition, what, seconds=20):
    """Asks again and again until the answer is something; the answer."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} s still not: {what}")
        time.sleep(0.02)


def end_all():
    """Ends what an interrupted run has left."""
    for process in list(_running):
        process.close()


def environment(**more):
    """This process's, without what would configure the programs."""
    kept = {
        k: v for k, v in os.environ.items()
        if not k.startswith(("MUSTER_", "COORDINATOR_", "CLIENT_", "PG")) and k not in ("DATABASE_URL", "RUST_LOG")}
    return {**kept, **more}


class Program:
    """`muster …` in a folder of its own, until it is told to stop."""

    def __init__(self, folder, *arguments, **variables):
        self.folder, self.arguments, self.variables = folder, arguments, variables
        self.log = folder / f"log-{len(list(folder.glob('log-*')))}"
        # However this process ends, it ends with it.
        guard = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [*guard, os.environ["PROGRAM"], *arguments], cwd=folder, env=environment(**variables),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        _running.append(self)

    @property
    def said(self):
        return self.log.read_text()

    def until_said(self, words):
        def look():
            if words in self.said:
                return True
            if self.process.poll() is not None:
                raise AssertionError(f"{self.arguments} ended with {self.process.returncode}: {self.said}")
            return False

        until(look, f"{self.arguments} says {words!r}")

    def end(self, number=signal.SIGTERM):
        """Ends it; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"{self.arguments} did not end within 20 s of signal {number}: {self.said}")
        return self.process.returncode

    def close(self):
        if self in _running:
            _running.remove(self)
        try:
            self.end()
        except AssertionError:
            self.end(signal.SIGKILL)


class Coordinator:
    """`muster coordinator run` with an original coordinator.yaml, and verifiers in a muster.yaml beside it."""

    def __init__(self, database, order="oldest", lease="60s"):
        self.folder = Path(tempfile.mkdtemp(prefix="coordinator-"))
        self.port, self.own = free_port(), free_port()
        # The original protocol, and Muster's own.
        self.address, self.muster = f"127.0.0.1:{self.port}", f"127.0.0.1:{self.own}"
        circuits = "".join(f"  {name}:\n    vk: vk.bin\n" for name in CIRCUITS)
        (self.folder / "vk.bin").write_bytes(b"a key")
        (self.folder / "coordinator.yaml").write_text(
            f"listenaddr: 127.0.0.1\nport: {self.port}\ndb: {database.url}\nproving_order: {order}\ncircuits:\n{circuits}")
        # After three heartbeats the others do what a dead coordinator has left undone.
        (self.folder / "muster.yaml").write_text(
            f"listen: [{self.muster}]\nhttp: none\nheartbeat: 2s\nkinds:{KINDS.format(lease=lease)}")
        verifier = self.folder / "verify"
        verifier.write_text(VERIFIER)
        verifier.chmod(0o755)
        self.start()

    def start(self):
        self.program = Program(self.folder, "coordinator", "run", "-c", "coordinator.yaml")
        try:
            self.program.until_said("\ncoordinator  ")
        except BaseException:
            self.program.close()
            raise

    def command(self, *arguments, status=0):
        """Runs a command of the program against this coordinator; what it printed."""
        done = subprocess.run(
            [os.environ["PROGRAM"], *arguments, "--coordinator", self.muster], cwd=self.folder, timeout=30,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment())
        said = done.stdout + done.stderr
        assert CANARY not in said, f"{arguments} gives the password away: {said}"
        assert done.returncode == status, f"{arguments} ended with {done.returncode}: {said}"
        return said

    def restart(self, number=signal.SIGTERM):
        self.program.end(number)
        self.program.close()
        self.start()

    def stop(self):
        """Ends it in order; it must have lived until now, and have kept the password to itself."""
        lived = self.program.process.poll() is None
        self.program.close()
        said = "".join(log.read_text() for log in self.folder.glob("log-*"))
        shutil.rmtree(self.folder, ignore_errors=True)
        assert CANARY not in said, f"the password stands in a coordinator's log: {said}"
        assert lived and self.program.process.returncode == 0, f"ended with {self.program.process.returncode}: {said}"


class Worker:
    """`muster worker run` of Muster's own protocol, with executors for the circuits."""

    def __init__(self, name, *coordinators, slots=2, pause=None):
        self.folder = Path(tempfile.mkdtemp(prefix="worker-"))
        self.name = name
        (self.folder / "bytes").write_bytes(EVERY_BYTE)
        prove = self.folder / "prove"
        prove.write_text(PROVE + (f"sleep {pause}\n" if pause else ""))
        prove.chmod(0o755)
        kinds = "".join(
            f'  {kind}:\n    executor: [./prove, "{{input}}", {self.folder}/bytes]\n' for kind in ("block", "quiet"))
        (self.folder / "muster.yaml").write_text(f"kinds:\n{kinds}")
        self.program = Program(
            self.folder, "worker", "run", "--coordinator", ",".join(c.muster for c in coordinators), "--name", name,
            "--slots", str(slots))

    def stop(self):
        lived = self.program.process.poll() is None
        said = self.program.said
        self.program.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        assert CANARY not in said, f"the password stands in a worker's log: {said}"
        assert lived, f"the worker ended with {self.program.process.returncode}: {said}"
