"""Two coordinators over one table, three provers, and coordinators that leave or die in the middle."""

import signal
import threading
import time

import grpc
from backend.case import BackendCase
from backend.database import Database
from backend.processes import Coordinator, Worker, proof, until
from support.clients import Prover

# The test's own, to see every proof that is ever written; not the original's.
AUDIT = """
CREATE TABLE proofs (task_id text, prover_id text, proof bytea);
CREATE FUNCTION note_proof() RETURNS trigger AS $$ BEGIN
  INSERT INTO proofs VALUES (NEW.task_id, NEW.prover_id, NEW.proof); RETURN NULL; END $$ LANGUAGE plpgsql;
CREATE TRIGGER note_proof AFTER UPDATE ON task FOR EACH ROW WHEN (NEW.status = 'proved') EXECUTE FUNCTION note_proof();
"""


class Clients:
    """Original clients in threads, each at one coordinator or, when that is gone, at the next."""

    def __init__(self, *coordinators):
        self.proofs, self.errors, self._over = {}, [], threading.Event()
        # A coordinator that is killed between its commit and its answer leaves the row proved and the client untold.
        self.unanswered = {}
        self._threads = [
            threading.Thread(target=self._work, args=(f"client-{number}", coordinators[number:] + coordinators[:number]))
            for number in range(len(coordinators))]
        for thread in self._threads:
            thread.start()

    def _work(self, name, coordinators):
        number = 0
        prover = Prover(coordinators[0], name)
        while not self._over.is_set():
            try:
                if task := prover.poll_or_none("block"):
                    sent = proof(task.input, bytes([number % 256]) * 256)
                    number += 1
                    self.unanswered.setdefault(task.id, []).append((name, sent))
                    accepted = prover.submit(task.id, "block", sent)
                    self.unanswered[task.id].remove((name, sent))
                    if accepted:
                        self.proofs.setdefault(task.id, []).append((name, sent))
                else:
                    time.sleep(0.05)
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.UNAVAILABLE:
                    self.errors.append(error)
                    break
                prover.close()
                coordinators = coordinators[1:] + coordinators[:1]
                prover = Prover(coordinators[0], name)
                time.sleep(0.1)
        prover.close()

    def stop(self):
        self._over.set()
        for thread in self._threads:
            thread.join(30)


class SeveralTests(BackendCase):
    def setUp(self):
        self.database = Database()
        self.before = self.database.definition()

    def coordinator(self, **more):
        coordinator = Coordinator(self.database, **more)
        self.addCleanup(coordinator.stop)
        return coordinator

    def fill(self, first, last):
        self.database.sql(
            "INSERT INTO task (task_id, circuit, block_id, input) SELECT 'row-' || b, 'block', b,"
            f" jsonb_build_object('b', b) FROM generate_series({first}, {last}) AS b")

    def test_every_row_is_proved_exactly_once_also_when_a_coordinator_is_killed(self):
        self.database.sql(AUDIT)
        # What the killed one was just handing out comes back when its lease ends.
        one, two = self.coordinator(lease="5s"), self.coordinator(lease="5s")
        self.fill(1, 150)
        clients = Clients(one, two)
        self.addCleanup(clients.stop)
        # Before the worker takes as much as it likes.
        until(lambda: len({given[0][0] for given in list(clients.proofs.values())}) == 2,
              "both clients have proved something")
        worker = Worker("worker-1", one, two)
        self.addCleanup(worker.stop)
        until(lambda: self.database.counts().get("proved", 0) >= 50, "some rows are proved")
        one.program.end(signal.SIGKILL)
        self.fill(151, 250)
        until(lambda: self.database.counts().get("proved", 0) >= 240, "the other coordinator goes on")
        one.program.close()
        one.start()
        until(lambda: self.database.counts() == {"proved": 250}, "all rows are proved", 60)
        clients.stop()
        self.assertEqual(clients.errors, [])
        self.assertEqual(
            self.database.sql("SELECT count(*), count(DISTINCT task_id) FROM proofs"), "250|250", "each exactly once")
        provers = dict(line.split("|") for line in
                       self.database.sql("SELECT prover_id, count(*) FROM proofs GROUP BY 1").splitlines())
        self.assertEqual(set(provers), {"worker-1", "client-0", "client-1"}, provers)
        # What the clients were told is theirs stands in the rows, byte for byte.
        for line in self.database.sql("SELECT task_id, prover_id, encode(proof, 'hex') FROM task").splitlines():
            id, prover, stored = line.split("|")
            if id in clients.proofs:
                self.assertIn((prover, bytes.fromhex(stored)), clients.proofs[id], id)
            elif prover.startswith("client"):
                self.assertIn((prover, bytes.fromhex(stored)), clients.unanswered.get(id, []), id)

    def test_a_restart_resets_nothing_that_a_live_prover_holds(self):
        coordinator = self.coordinator()
        prover, other = self.prover(coordinator, "prover-live"), self.prover(coordinator, "prover-idle")
        for number in range(2):
            self.fill(number, number)
            task = self.handed(prover)
            coordinator.restart(signal.SIGTERM if number == 0 else signal.SIGKILL)
            row = self.database.row(task.id)
            self.assertEqual((row["status"], row["prover_id"]), ("proving", "prover-live"))
            prover, other = self.prover(coordinator, "prover-live"), self.prover(coordinator, "prover-idle")
            end = time.monotonic() + 1.5
            while time.monotonic() < end:
                self.assertIsNone(other.poll_or_none("block"))
                time.sleep(0.1)
            self.assertIs(prover.submit(task.id, "block", proof(task.input)), True)
            self.assertEqual(self.database.row(task.id)["proof"], proof(task.input))
        self.assertEqual(self.database.definition(), self.before)

    def test_a_prover_may_submit_at_another_coordinator_than_it_polled(self):
        one, two = self.coordinator(), self.coordinator()
        self.fill(1, 1)
        task = self.handed(self.prover(one, "prover-moves"))
        self.assertIs(self.prover(two, "prover-moves").submit(task.id, "block", proof(task.input)), True)
        self.assertEqual(self.database.counts(), {"proved": 1})
