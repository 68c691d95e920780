"""A PostgreSQL of one's own, and the backend's part: its schema, and what it does with psql."""

import os
import queue
import shutil
import socket
import subprocess
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent
SCHEMA = ROOT / "examples" / "backend" / "schema.sql"
# In every address that the programs are given; must never be printed by them.
CANARY = "canary-7c1f-secret"
PATIENCE = 30

_folder = None
_port = 0
_count = 0


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def start(folder):
    global _folder, _port
    _folder, _port = folder, free_port()
    # Nothing here is about a machine that loses its power; without the syncs the tests are not the disk's.
    subprocess.run([ROOT / "scripts" / "postgres", "start", folder, str(_port), "fsync=off"], check=True, timeout=120)
    psql("postgres", "postgres", f"CREATE ROLE backend LOGIN PASSWORD '{CANARY}'")


def stop():
    if _folder:
        subprocess.run([ROOT / "scripts" / "postgres", "stop", _folder], check=False, timeout=90)
        shutil.rmtree(_folder, ignore_errors=True)


def url(database, user="backend", password=CANARY):
    return f"postgres://{user}:{password}@127.0.0.1:{_port}/{database}"


def _client(database, user):
    # -X: not the settings of the person at the keyboard.
    return ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", url(database, user)]


def psql(database, user, sql=None, file=None):
    """Runs psql; what it printed, one line a row, `|` between columns."""
    command = [*_client(database, user), *(["-c", sql] if sql else []), *(["-f", str(file)] if file else [])]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
    if done.returncode != 0:
        raise AssertionError(f"psql: {sql or file}: {done.stderr}")
    return done.stdout.rstrip("\n")


class Database:
    """A database of the backend's, with its table as it made it."""

    def __init__(self, schema=SCHEMA):
        global _count
        _count += 1
        self.name = f"prover_cluster_{_count}"
        psql("postgres", "postgres", f"CREATE DATABASE {self.name} OWNER backend")
        if schema:
            psql(self.name, "backend", file=schema)

    @property
    def url(self):
        return url(self.name)

    def sql(self, text):
        return psql(self.name, "backend", text)

    def insert(self, id, block=1, circuit="block", input='{"x": 3, "y": 35}', **more):
        """As the backend does it; `more` are other columns, in SQL."""
        columns = "".join(f", {name}" for name in more)
        values = "".join(f", {value}" for value in more.values())
        self.sql(
            f"INSERT INTO task (task_id, circuit, block_id, input, status{columns}) "
            f"VALUES ('{id}', '{circuit}', {block}, '{input}'::jsonb, 'inited'{values})")

    def row(self, id):
        """The row of a task as a dictionary, with bytes as bytes."""
        names = ["status", "prover_id", "proof", "public_input", "moved", "created_time", "updated_time"]
        line = self.sql(
            "SELECT status, coalesce(prover_id, '-'), coalesce(encode(proof, 'hex'), '-'), "
            "coalesce(encode(public_input, 'hex'), '-'), updated_time > created_time, created_time, updated_time "
            f"FROM task WHERE task_id = '{id}'")
        if not line:
            return None
        row = {name: None if value == "-" else value for name, value in zip(names, line.split("|"))}
        for name in ("proof", "public_input"):
            if row[name] is not None:
                row[name] = bytes.fromhex(row[name])
        row["moved"] = row["moved"] == "t"
        return row

    def status(self, id):
        return self.sql(f"SELECT status FROM task WHERE task_id = '{id}'")

    def counts(self):
        lines = self.sql("SELECT status, count(*) FROM task GROUP BY status").splitlines()
        return {status: int(count) for status, count in (line.split("|") for line in lines)}

    def definition(self):
        """Everything that pg_dump says of what is not Muster's own."""
        done = subprocess.run(
            ["pg_dump", "--schema-only", "--exclude-schema=muster", url(self.name, "postgres")], capture_output=True,
            text=True, timeout=PATIENCE, check=True)
        # Newer versions wrap the dump in a key of random characters.
        return [line for line in done.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]

    def session(self):
        return Session(self.name)


class Session:
    """Another program with a transaction open: psql, fed line by line."""

    def __init__(self, database):
        self._process = subprocess.Popen(
            _client(database, "backend"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True)
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def run(self, sql):
        """Returns when the statements are done."""
        self._process.stdin.write(sql.rstrip(";") + ";\n\\echo done\n")
        self._process.stdin.flush()
        said = []
        while (line := self._lines.get(timeout=PATIENCE)) != "done":
            if line is None:
                raise AssertionError(f"psql ended: {said}")
            said.append(line)
        return said

    def close(self):
        if self._process.poll() is None:
            self._process.stdin.close()
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process.stdout.close()
