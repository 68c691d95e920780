"""The program as its users start it: in a pipe, or on a terminal."""

import errno
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import time
from pathlib import Path

MUSTER = ""
# No command of these tests takes this long, not even on a busy machine.
PATIENCE = 60
_open = []


def end_all():
    """Ends what an interrupted run has left."""
    while _open:
        _open[-1].close()


def environment(**more):
    """This process's, without what would configure the program."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MUSTER_", "COORDINATOR_", "CLIENT_"))}
    return {**kept, "TERM": "xterm-256color", **more}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def until(what, condition):
    end = time.monotonic() + PATIENCE
    while not (answer := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"after {PATIENCE} s still not: {what}")
        time.sleep(0.02)
    return answer


class Done:
    """What a command came to."""

    def __init__(self, arguments, status, out, err):
        self.arguments, self.status, self.out, self.err = arguments, status, out, err

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def lines(self):
        """One JSON document a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def failure(self):
        """The one JSON object on standard error that says what went wrong."""
        return json.loads(self.err.splitlines()[-1])["error"]

    def __str__(self):
        return f"'muster {' '.join(self.arguments)}' ended with {self.status}\nout: {self.out}\nerr: {self.err}"


class Folder:
    """A working directory of its own, in which commands run."""

    def __init__(self, configuration=None, **variables):
        self.path = Path(tempfile.mkdtemp(prefix="muster-command-line-"))
        self.variables = variables
        if configuration is not None:
            (self.path / "muster.yaml").write_text(configuration)
        _open.append(self)

    def close(self):
        _open.remove(self)
        shutil.rmtree(self.path, ignore_errors=True)

    def call(self, *arguments, input="", output=subprocess.PIPE, **variables):
        """Runs a command in a pipe."""
        done = subprocess.run(
            [MUSTER, *arguments], cwd=self.path, env=environment(**{**self.variables, **variables}), input=input,
            stdout=output, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
        return Done(arguments, done.returncode, done.stdout or "", done.stderr)

    def start(self, *arguments):
        return Daemon(self, arguments)

    def terminal(self, *arguments, **more):
        """Runs a command on a terminal, to its end."""
        with Terminal(self, arguments, **more) as terminal:
            return terminal.ended()


class Daemon:
    """A command that runs until it is told to stop."""

    def __init__(self, folder, arguments):
        self.name = f"daemon-{len(_open)}"
        self.folder, self.arguments = folder, arguments
        self.out, self.err = folder.path / f"{self.name}.out", folder.path / f"{self.name}.err"
        # However these tests end, it ends with them.
        guard = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.process = subprocess.Popen(
                [*guard, MUSTER, *arguments], cwd=folder.path, env=environment(**folder.variables),
                stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _open.append(self)

    @property
    def said(self):
        return self.out.read_text() + self.err.read_text()

    def until_said(self, pattern):
        """The first match of `pattern` in what it said; fails if it ends before."""

        def look():
            match = re.search(pattern, self.said)
            if not match and self.process.poll() is not None:
                raise AssertionError(f"'muster {' '.join(self.arguments)}' ended with {self.process.returncode}: {self.said}")
            return match

        return until(f"'muster {' '.join(self.arguments)}' says {pattern}", look)

    def stop(self, number=signal.SIGTERM):
        """Tells it to stop; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def close(self):
        _open.remove(self)
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Terminal:
    """A command on a terminal of its own; both of its outputs come here."""

    def __init__(self, folder, arguments, width=80, **variables):
        self.arguments, self.text = arguments, ""
        self.process, self.side = pty.fork()
        if self.process == 0:
            try:
                os.chdir(folder.path)
                os.execve(MUSTER, [MUSTER, *arguments], environment(**{**folder.variables, **variables}))
            finally:
                os._exit(127)
        fcntl.ioctl(self.side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        self.status = None
        _open.append(self)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _read(self, patience):
        """Takes what has come; False at the end."""
        if not select.select([self.side], [], [], patience)[0]:
            return True
        try:
            part = os.read(self.side, 65536)
        except OSError as error:
            # How Linux says that nobody has the other side open any more.
            if error.errno != errno.EIO:
                raise
            part = b""
        self.text += part.decode(errors="replace")
        return bool(part)

    def until_said(self, pattern):
        end = time.monotonic() + PATIENCE
        while not re.search(pattern, self.text):
            if not self._read(0.1) or time.monotonic() > end:
                raise AssertionError(f"'muster {' '.join(self.arguments)}' never said {pattern}: {self.text}")

    def press(self, keys):
        os.write(self.side, keys.encode())

    def ended(self):
        """Waits for the end of the command."""
        end = time.monotonic() + PATIENCE
        while self._read(0.1):
            if time.monotonic() > end:
                raise AssertionError(f"'muster {' '.join(self.arguments)}' does not end: {self.text}")
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        return Done(self.arguments, self.status, self.text.replace("\r\n", "\n"), "")

    def close(self):
        _open.remove(self)
        os.close(self.side)
        if self.status is None:
            try:
                os.kill(self.process, signal.SIGKILL)
                os.waitpid(self.process, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
