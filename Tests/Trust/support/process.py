"""The program, as its users start it: commands to their end, and daemons until they are told to stop."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

# Nothing in these tests takes this long, not even on a busy machine.
PATIENCE = 30


def until(what, condition, seconds=PATIENCE):
    """Asks again and again until the answer is something; the answer."""
    end = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} s still not: {what() if callable(what) else what}")
        time.sleep(0.02)
    return answer


def environment(home, **more):
    """This process's, without what would configure the program or name another user's logins."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MUSTER_", "COORDINATOR_", "CLIENT_", "XDG_"))}
    return {**kept, "HOME": str(home), **more}


class Done:
    """What a command came to."""

    def __init__(self, arguments, status, out, err):
        self.arguments, self.status, self.out, self.err = arguments, status, out, err

    @property
    def sentence(self):
        """The one line on standard error; there must be no other, and nothing on standard output."""
        match = re.fullmatch(r"error: ([^\n]+)\n", self.err)
        if self.status == 0 or self.out or not match:
            raise AssertionError(f"not one sentence: {self}")
        return match[1]

    @property
    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return f"'muster {' '.join(self.arguments)}' ended with {self.status}\nout: {self.out}\nerr: {self.err}"


class Folder:
    """A working directory of its own, with a home, in which commands run."""

    def __init__(self, name="folder", files=()):
        self.path = Path(tempfile.mkdtemp(prefix=f"{name}-"))
        for file, text in dict(files).items():
            (self.path / file).write_text(text)

    def call(self, *arguments, input="", status=None, **variables):
        """Runs a command to its end; with `status`, it must end with that."""
        done = subprocess.run(
            [os.environ["PROGRAM"], *arguments], cwd=self.path, env=environment(self.path, **variables), input=input,
            capture_output=True, text=True, timeout=PATIENCE)
        done = Done(arguments, done.returncode, done.stdout, done.stderr)
        if status is not None and done.status != status:
            raise AssertionError(f"expected {status}: {done}")
        return done

    def close(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Daemon:
    """A command that runs until it is told to stop; both of its outputs go to one file."""

    _running = set()

    @classmethod
    def stop_all(cls):
        """Ends what an interrupted run has left."""
        for daemon in list(cls._running):
            daemon.stop(check=False)

    def __init__(self, folder, *arguments, within=(), **variables):
        self.arguments = arguments
        handle, path = tempfile.mkstemp(prefix="said-", dir=folder.path)
        self.path = Path(path)
        # However these tests end, it ends with them.
        guard = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        self.process = subprocess.Popen(
            [*guard, *within, os.environ["PROGRAM"], *arguments], cwd=folder.path, env=environment(folder.path, **variables),
            stdin=subprocess.DEVNULL, stdout=handle, stderr=handle)
        os.close(handle)
        self._running.add(self)

    @property
    def said(self):
        return self.path.read_text(errors="replace")

    def until_said(self, pattern, seconds=PATIENCE):
        """The first match of `pattern` in what it said; fails if it ends before."""

        def look():
            match = re.search(pattern, self.said, re.MULTILINE)
            if not match and self.process.poll() is not None and not re.search(pattern, self.said, re.MULTILINE):
                raise AssertionError(f"{self.arguments} ended with {self.process.returncode}: {self.said}")
            return match

        return until(lambda: f"{self.arguments} says {pattern}; it said: {self.said}", look, seconds)

    def wait(self, seconds=PATIENCE):
        """Its exit status, when it has ended by itself."""
        return self.process.wait(seconds)

    def stop(self, check=True):
        """Ends it by SIGTERM; with `check`, it must have lived until now, and must end well and soon."""
        self._running.discard(self)
        lived = self.process.poll() is None
        if lived:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if check and not (lived and self.process.returncode == 0):
            raise AssertionError(f"{self.arguments} ended with {self.process.returncode}: {self.said}")
