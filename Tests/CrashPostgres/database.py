"""A PostgreSQL of the test's own that is killed and started again on the same folder."""

import glob
import json
import os
import shutil
import signal
import subprocess
import tempfile

import processes
from bench import Failure, check, free_port, until

HERE = os.path.dirname(os.path.abspath(__file__))


class Database:
    """What it has acknowledged is on the disk: its settings are the server's own."""

    def __init__(self, chooser):
        self.folder = tempfile.mkdtemp(prefix="muster-crash-pg-")
        os.chmod(self.folder, 0o755)  # As root, it is another user who runs the server.
        self.port = free_port(chooser)
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self.process, self.kills = None, 0
        newest = sorted(glob.glob("/usr/lib/postgresql/*/bin/psql"), key=lambda path: int(path.split("/")[4]))
        self.psql = newest[-1] if newest else "psql"

    def start(self):
        """Returns when it answers."""
        with open(f"{self.folder}/started", "ab") as log:
            self.process = subprocess.Popen(
                [f"{HERE}/../../scripts/postgres", "run", self.folder, str(self.port)], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True)

        def answers():
            check(self.process.poll() is None, f"PostgreSQL has ended with {self.process.returncode}: {self.said()}")
            return self._ask("SELECT 1").returncode == 0
        until("PostgreSQL answers", answers, 60)

    def said(self):
        text = ""
        for name in ("started", "log"):
            if os.path.exists(f"{self.folder}/{name}"):
                with open(f"{self.folder}/{name}", errors="replace") as log:
                    text += log.read()[-2000:]
        return text

    def kill(self):
        """kill -9 to all of it at once."""
        check(self.process.poll() is None, f"PostgreSQL has ended by itself: {self.said()}")
        # So that it makes no more of them.
        self.process.send_signal(signal.SIGSTOP)
        children = processes.descendants(self.process.pid)
        for child in children:
            processes.kill(child)
        self.process.kill()
        self.process.wait()
        until("all of PostgreSQL is gone", lambda: not any(map(processes.lives, children)))
        self.kills += 1

    def remove(self):
        if self.process and self.process.poll() is None:
            # Without delay: nobody needs it any more.
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ask(self, sql):
        # Past ~/.psqlrc and what the environment says of other servers.
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"}
        return subprocess.run(
            [self.psql, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command", sql, self.url],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, cwd="/", timeout=60)

    def rows(self, query):
        """The rows of a query, each a dictionary."""
        done = self._ask(f"SELECT coalesce(json_agg(r), '[]') FROM ({query}) r")
        if done.returncode != 0:
            raise Failure(f"the database refuses {query!r}: {done.stderr}")
        return json.loads(done.stdout)

    def count(self, query):
        """How many rows a query has."""
        return self.rows(f"SELECT count(*) AS n FROM ({query}) q")[0]["n"]
