"""Two coordinators over one PostgreSQL, workers, and clients that know both."""

import os

from bench import Bench, Failure, check, free_port, until
from database import Database


class SharedBench(Bench):
    def __enter__(self):
        super().__enter__()
        self.database = Database(self.random)
        self.cleanups.append(self.database.remove)
        self.addresses = {name: f"127.0.0.1:{free_port(self.random)}" for name in ("c1", "c2")}
        self.environment["MUSTER_COORDINATOR"] = ",".join(self.addresses.values())
        self.coordinators, self.crew = {}, {}
        return self

    def start_coordinator(self, name, ready=True):
        coordinator = self.start(
            name, "coordinator", "run", "--state", f"{self.root}/{name}", "--listen", self.addresses[name],
            "--http", "none", "--store", self.database.url)
        self.coordinators[name] = coordinator
        if ready:
            self.wait_for(coordinator)

    def start_worker(self, name, first="c1", slots=2, connected=False):
        """Starts a worker that tries the coordinator `first` first."""
        addresses = sorted(self.addresses, key=lambda c: c != first)
        self.crew[name] = self.start(
            f"worker-{name}", "worker", "run", "--name", name, "--slots", str(slots), "--state", self.workers,
            "--coordinator", ",".join(self.addresses[c] for c in addresses))
        if connected:
            self.until_connected(name)

    def restart_refused(self):
        """Starts again, as a service manager would, workers whose name was still taken by the one that was killed (its
        coordinator was killed too, or could not write down that it is gone), and coordinators at whose start the database
        was killed."""
        for name in sorted(self.crew):
            if not self.worker_runs(name):
                self.start_worker(name)
        for name in self.coordinators:
            if not self.coordinator_runs(name):
                self.start_coordinator(name, ready=False)

    def worker_runs(self, name):
        """Whether the worker runs. It may only have ended where its name was taken."""
        worker = self.crew[name]
        if worker.runs():
            return True
        check("has a worker of this name already" in worker.said(), f"{name} has ended: {worker.said()[-2000:]}")
        return False

    def coordinator_runs(self, name):
        """Whether the coordinator runs. It may only have ended where it says that it came to no database."""
        coordinator = self.coordinators[name]
        if coordinator.runs():
            return True
        check("does not answer now; try again" in coordinator.said() and not self.listened(coordinator),
              f"{name} has ended: {coordinator.said()[-2000:]}")
        return False

    def kill_coordinator(self, name):
        if self.coordinator_runs(name):
            self.coordinators[name].end_at_once()

    def kill_worker(self, name):
        """It is none of the crew then."""
        if self.worker_runs(name):
            self.crew[name].end_at_once()
        del self.crew[name]

    def until_all_listen(self):
        def listen():
            self.restart_refused()
            return all(map(self.listened, self.coordinators.values()))
        until("all coordinators listen", listen)

    def through(self, coordinator, *arguments):
        """What a command prints that knows only this coordinator."""
        everybody = self.environment["MUSTER_COORDINATOR"]
        self.environment["MUSTER_COORDINATOR"] = self.addresses[coordinator]
        try:
            return self.json(*arguments)
        finally:
            self.environment["MUSTER_COORDINATOR"] = everybody

    def all_leave(self):
        """Workers first: what they finish is still taken."""
        until("no session is left of workers that were killed", lambda: sorted(self.crew) == sorted(
            row["name"] for row in self.database.rows("SELECT name FROM muster.session")))
        # Those that live forget the others after some heartbeats of silence; the last kill may be a moment ago.
        until("no record is left of coordinators that were killed",
              lambda: self.database.count("SELECT FROM muster.coordinator") == len(self.coordinators))
        for daemon in [*self.crew.values(), *self.coordinators.values()]:
            daemon.must_run()
            daemon.leaves()

    def until_sound(self):
        """Waits until no coordinator has anything to complain of, and nobody remembers those that were killed."""
        for name in self.addresses:
            status = {}

            def sound(name=name, status=status):
                status.update(self.through(name, "coordinator", "status"))
                addresses = sorted(c["address"] for c in status["coordinators"])
                return not status["problems"] and not status["store_away"] and addresses == sorted(self.addresses.values())
            try:
                until(f"{name} finds nothing wrong", sound)
            except Failure as failure:
                raise Failure(f"{failure}; it says: {status}") from None

    def task_directories(self):
        found = super().task_directories()
        for name in self.addresses:
            if os.path.isdir(f"{self.root}/{name}/work"):
                found += os.listdir(f"{self.root}/{name}/work")
        return found

    def check_tables(self):
        """What the tables hold, read past all of Muster's code; the coordinators must have left.

        Every task has ended; a done one has one result, that of one of its attempts, and it is the square of its input and
        one more. Returns how many hand-outs were repeated.
        """
        count = self.database.count
        for table in ("live", "verification", "session", "coordinator", "errand"):
            left = self.database.rows(f"SELECT * FROM muster.{table} LIMIT 3")
            check(not left, f"in the table {table} there is left: {left}")
        tasks = count("SELECT FROM muster.task")
        check(tasks == count("SELECT FROM muster.final") == count("SELECT FROM muster.final JOIN muster.task USING (seq)"),
              f"of {tasks} tasks not each has ended once")
        wrong = self.database.rows("""
            SELECT t.id, f.state, f.handouts, f.result_key, convert_from(f.result, 'UTF8') AS result FROM muster.final f
            JOIN muster.task t USING (seq) JOIN muster.kind k ON k.id = f.kind
            CROSS JOIN LATERAL (SELECT convert_from(t.input, 'UTF8')::int8 AS number) i WHERE f.state <> 4 OR f.result_key IS NULL
              OR f.result_key >> 20 <> f.seq OR NOT (f.result_key & 1048575) BETWEEN 1 AND f.handouts
              OR k.name IN ('quick', 'checked')
                AND convert_from(f.result, 'UTF8') <> i.number * i.number + 1 || E'\\n'
            LIMIT 3""")
        check(not wrong, f"these tasks are not done as they should be: {wrong}")
        twice = self.database.rows("""
            SELECT f.seq, f.late, a.outcome FROM muster.final f JOIN muster.attempt a ON a.key = f.result_key
            WHERE NOT f.late OR a.outcome NOT IN ('lost', 'expired') LIMIT 3""")
        check(not twice, f"the attempts of these results are also on record as ended otherwise: {twice}")
        return self.database.rows("SELECT coalesce(sum(handouts - 1), 0)::int8 AS n FROM muster.final")[0]["n"]
