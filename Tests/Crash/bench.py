"""A coordinator, workers and clients, each a process of its own, in a folder that is removed."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import processes


class Failure(Exception):
    """What was promised does not hold."""


class Skip(Exception):
    """This machine cannot do it; says why."""


def check(holds, message):
    if not holds:
        raise Failure(message)


def until(what, condition, seconds=30):
    """Waits until `condition` gives something that is not false, and returns that."""
    end = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        if time.monotonic() > end:
            raise Failure(f"after {seconds} s it is still not so that {what}")
        time.sleep(0.02)


class Daemon:
    """A process that runs until it is told to end."""

    count = 0

    def __init__(self, bench, arguments, name):
        Daemon.count += 1
        # Unlike that of any process of another run of these tests, which may go on beside this one.
        instance = f"{os.path.basename(bench.root)}.{Daemon.count}"
        self.mark = f"CRASH_INSTANCE={instance}"
        self.name, self.bench = name, bench
        self.log = f"{bench.logs}/{Daemon.count:03}-{name}"
        environment = dict(bench.environment, CRASH_INSTANCE=instance)
        with open(self.log, "wb") as log:
            # A session of its own: Ctrl-C at the test's terminal is for the test alone.
            self.process = subprocess.Popen(
                [bench.program, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                cwd=bench.root, start_new_session=True)

    @property
    def pid(self):
        return self.process.pid

    def said(self):
        with open(self.log, errors="replace") as log:
            return log.read()

    def runs(self):
        return self.process.poll() is None

    def must_run(self):
        check(self.runs(), f"{self.name} ended by itself, with status {self.process.returncode}: {self.said()[-2000:]}")

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """kill -9"""
        self.must_run()
        self.end_at_once()

    def end_at_once(self):
        """kill -9, also where it ends by itself in this moment."""
        self.process.kill()
        self.process.wait()

    def ends(self, seconds=30):
        """Waits for its end; its exit status."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name} has not ended after {seconds} s: {self.said()[-2000:]}") from None

    def of_it(self):
        """The identities of all processes that it has started."""
        mine = processes.identity(self.pid)
        return {p for p in processes.descendants(self.pid) + processes.marked(self.mark) if p != mine}

    def leaves(self):
        """Asks it to end, and waits until it has, with all that it started."""
        if self.runs():
            self.signal(signal.SIGTERM)
        status = self.ends()
        check(status == 0, f"{self.name} was asked to end, and its exit status is {status}: {self.said()[-2000:]}")


class Bench:
    """`with Bench(program, seed) as bench:` At its end no process and no task directory may be left of it."""

    def __init__(self, program, seed):
        self.program = program
        self.random = random.Random(seed)
        self.daemons = []
        self.cleanups = []

    def __enter__(self):
        self.root = os.path.realpath(tempfile.mkdtemp(prefix="muster-crash-"))
        self.state, self.workers, self.logs = (f"{self.root}/{name}" for name in ("state", "workers", "logs"))
        self.notes = f"{self.root}/notes"
        for folder in (self.logs, self.notes):
            os.mkdir(folder)
        self.mark = f"CRASH_MARK={os.path.basename(self.root)}"
        self.port = free_port(self.random)
        self.environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": self.root, "LANG": "C.UTF-8",
            "CRASH_MARK": os.path.basename(self.root), "CRASH_NOTES": self.notes,
            "MUSTER_COORDINATOR": f"127.0.0.1:{self.port}", "SWIFT_BACKTRACE": "enable=no"}
        return self

    def __exit__(self, kind, error, trace):
        try:
            if error is None:
                self._end()
        finally:
            self.ended_early = [f"{d.name} ({d.process.returncode})" for d in self.daemons if not d.runs()]
            for process in self._left():
                processes.kill(process)
            for daemon in self.daemons:
                if daemon.runs():
                    daemon.process.kill()
                daemon.process.wait()
            for cleanup in reversed(self.cleanups):
                cleanup()
            self.logs_text = self._ends_of_logs()
            shutil.rmtree(self.root, ignore_errors=True)
        check(not os.path.exists(self.root), f"the folder '{self.root}' cannot be removed")

    def _end(self):
        # Workers first: what they finish is still taken.
        for daemon in reversed(self.daemons):
            if daemon.runs():
                daemon.leaves()
        until("no process is left of it", lambda: not self._left(), 10)
        check(not self.task_directories(), f"task directories are left: {self.task_directories()}")

    def _left(self):
        ours = {processes.identity(os.getpid())}
        return (set(processes.marked(self.mark)) | set(processes.working_below(self.root))) - ours

    def _ends_of_logs(self):
        text = f"--- these had ended, with their exit statuses: {', '.join(self.ended_early[-8:])}\n"
        for name in sorted(os.listdir(self.logs))[-12:]:
            with open(f"{self.logs}/{name}", errors="replace") as log:
                text += f"--- {name}\n{log.read()[-3000:]}\n"
        return text

    def task_directories(self):
        found = []
        for folder in (f"{self.state}/work", f"{self.workers}/work"):
            if os.path.isdir(folder):
                found += [f"{folder}/{name}" for name in os.listdir(folder)]
        return found

    # What runs

    def configure(self, kinds, heartbeat="300ms"):
        """Writes the configuration of all. JSON is YAML, too."""
        for kind in kinds.values():
            kind["environment"] = ["CRASH_MARK", "CRASH_NOTES", "CRASH_INSTANCE"]
        with open(f"{self.root}/muster.yaml", "w") as file:
            json.dump({"heartbeat": heartbeat, "keep": "1d", "kinds": kinds}, file, indent=2)

    def script(self, name, text):
        """A program of the test; its path."""
        path = f"{self.root}/{name}"
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o755)
        return path

    def start(self, name, *arguments):
        daemon = Daemon(self, arguments, name)
        self.daemons.append(daemon)
        return daemon

    def start_coordinator(self, *more, ready=True):
        coordinator = self.start(
            "coordinator", "up", "--workers", "0", "--state", self.state, "--listen", f"127.0.0.1:{self.port}",
            "--http", "none", *more)
        if ready:
            self.wait_for(coordinator)
        return coordinator

    def listened(self, coordinator):
        """Whether it has said where it listens."""
        return "coordinator  127" in coordinator.said()

    def wait_for(self, coordinator):
        """Waits until it listens."""
        def listens():
            coordinator.must_run()
            return self.listened(coordinator)
        until("the coordinator listens", listens)

    def start_worker(self, name, slots=2, connected=False):
        # All share one state folder: each sweeps what a killed one has left there.
        worker = self.start(
            f"worker-{name}", "worker", "run", "--name", name, "--slots", str(slots), "--state", self.workers)
        if connected:
            self.until_connected(name)
        return worker

    # What clients do

    def call(self, *arguments, timeout=60):
        """Runs a command to its end."""
        return subprocess.run(
            [self.program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=self.environment,
            cwd=self.root, timeout=timeout)

    def succeed(self, *arguments):
        """Runs a command that must succeed; what it prints."""
        done = self.call(*arguments)
        check(done.returncode == 0, f"muster {' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def json(self, *arguments):
        return json.loads(self.succeed(*arguments, "--output", "json"))

    def submit(self, identifier, kind, text, *more):
        check(self.succeed("submit", "--id", identifier, "--kind", kind, "--input", text, *more).strip() == identifier,
              f"the submit of {identifier} prints another id")

    def worker(self, name):
        return next((w for w in self.json("worker", "list") if w["name"] == name), {})

    def until_connected(self, worker):
        until(f"worker {worker} is connected", lambda: self.worker(worker).get("state") == "connected")

    def until_started(self, worker, identifier):
        """Waits until the coordinator knows that the task's program runs on the worker: from then on, a loss uses up an
        attempt."""
        until(f"{worker} is known to run {identifier}", lambda: any(
            held["id"] == identifier and held["started"] for held in self.worker(worker).get("running", [])))

    def tasks(self, *more):
        return {task["id"]: task for task in self.json("task", "list", "--limit", "100000", *more)}

    def show(self, identifier):
        return self.json("task", "show", identifier)

    def until_ended(self, identifiers, seconds=60):
        """Waits until these tasks have ended; the tasks."""
        def ended():
            tasks = self.tasks()
            missing = [i for i in identifiers if i not in tasks]
            check(not missing, f"these tasks were acknowledged and are not there: {missing[:5]}")
            return all(tasks[i]["state"] in ("done", "failed", "cancelled") for i in identifiers) and tasks
        return until("all tasks have ended", ended, seconds)

    def noted(self, beginning=""):
        """What executors have noted in files of their own: name to text."""
        notes = {}
        for name in os.listdir(self.notes):
            if name.startswith(beginning):
                with open(f"{self.notes}/{name}") as file:
                    if text := file.read():  # It may have been made and not yet been written.
                        notes[name] = text.strip()
        return notes


def free_port(chooser):
    """A free port below those that the system gives to outgoing connections: of these a client could take it while a
    coordinator is down."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
        lowest = int(file.read().split()[0])
    while True:
        port = chooser.randrange(max(1024, min(lowest, 32000) - 16000), lowest)
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
