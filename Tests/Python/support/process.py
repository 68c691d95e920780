"""Runs the program under test: workers until they are told to leave, commands to their end."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path


def environment():
    """That of this process without what would change what the program does."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("MUSTER_", "COORDINATOR_", "CLIENT_"))}


def command(folder, *arguments, seconds=30):
    """Runs a command in a folder: its exit status, what it printed (bytes), its messages."""
    done = subprocess.run(
        [os.environ["PROGRAM"], *arguments], cwd=folder, env=environment(), timeout=seconds, stdin=subprocess.DEVNULL,
        capture_output=True)
    return done.returncode, done.stdout, done.stderr.decode()


class Worker:
    """`muster worker run` in a folder of its own, which holds the given files."""

    def __init__(self, *arguments, files=()):
        self.folder = Path(tempfile.mkdtemp(prefix="worker-"))
        for name, text in dict(files).items():
            (self.folder / name).write_text(text)
        command = [os.environ["PROGRAM"], "worker", "run", *arguments, "--state", str(self.folder / "state")]
        # However this process ends, the worker ends with it.
        if shutil.which("setpriv"):
            command = ["setpriv", "--pdeathsig", "TERM", *command]
        self._err = open(self.folder / "err", "wb")
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self._err, stderr=self._err, cwd=self.folder, env=environment())

    @property
    def messages(self):
        return (self.folder / "err").read_text()

    def wait(self, seconds=20):
        """Its exit status, when it has ended by itself."""
        return self._process.wait(seconds)

    def stop(self):
        """Tells it to leave, if it has not; then removes its folder."""
        try:
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGTERM)
                self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        finally:
            self._err.close()
            shutil.rmtree(self.folder, ignore_errors=True)
