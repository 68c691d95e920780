"""A real `muster up` in a folder of its own."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

# One byte of the prover's choice, then the task's input: anyone can check it, and a task has many valid proofs.
VERIFIER = """#!/bin/sh
tail -c +2 "$2" | cmp -s - "$1"
"""


def until(condition, what, seconds=20):
    """Asks again and again until the answer is something; the answer."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} s still not: {what}")
        time.sleep(0.01)


class Coordinator:
    """`muster up` without workers, with the given muster.yaml, on ports of the system's choice."""

    _running = set()

    @classmethod
    def stop_all(cls):
        """Ends those that an interrupted run left."""
        for coordinator in list(cls._running):
            coordinator.stop(check=False)

    def __init__(self, configuration):
        self.folder = Path(tempfile.mkdtemp(prefix="coordinator-"))
        (self.folder / "muster.yaml").write_text(configuration)
        verifier = self.folder / "verify"
        verifier.write_text(VERIFIER)
        verifier.chmod(0o755)
        command = [
            os.environ["PROGRAM"], "up", "-c", str(self.folder / "muster.yaml"), "--workers", "0",
            "--state", str(self.folder / "state"), "--listen", "127.0.0.1:0", "--http", "none",
        ]
        # However this process ends, the coordinator ends with it.
        if shutil.which("setpriv"):
            command = ["setpriv", "--pdeathsig", "TERM", *command]
        self._out = open(self.folder / "out", "wb")
        self._err = open(self.folder / "err", "wb")
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self._out, stderr=self._err, cwd=self.folder,
            env={k: v for k, v in os.environ.items() if not k.startswith(("MUSTER_", "COORDINATOR_", "CLIENT_"))})
        self._running.add(self)
        try:
            self.address = until(self._address, "the coordinator listens")
        except BaseException:
            self.stop(check=False)
            raise

    def _address(self):
        if self._process.poll() is not None:
            raise AssertionError(f"muster up ended with {self._process.returncode}: {self.messages}")
        for line in (self.folder / "out").read_text().splitlines(keepends=True):
            if line.startswith("coordinator ") and line.endswith("\n"):
                return line.split()[1]
        return None

    @property
    def messages(self):
        return (self.folder / "err").read_text()

    def command(self, *arguments, status=0):
        """Runs a command of the program against this coordinator; what it printed."""
        done = subprocess.run(
            [os.environ["PROGRAM"], *arguments, "--coordinator", self.address], cwd=self.folder, timeout=20,
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != status:
            raise AssertionError(f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def stop(self, check=True):
        """Ends it by SIGTERM; with `check`, it must have lived until now and end well and soon."""
        self._running.discard(self)
        lived = self._process.poll() is None
        try:
            if lived:
                self._process.send_signal(signal.SIGTERM)
                self._process.wait(15)
        except subprocess.TimeoutExpired:
            pass
        finally:
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
            self._out.close()
            self._err.close()
        messages = self.messages
        shutil.rmtree(self.folder, ignore_errors=True)
        if check and not (lived and self._process.returncode == 0):
            when = "" if lived else "before it was told to "
            raise AssertionError(f"the coordinator ended {when}with {self._process.returncode}: {messages}")
