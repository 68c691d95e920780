"""The backend inserts rows, provers poll and submit, the backend reads proofs: with Muster's coordinator in between."""

import json
import time

from backend.case import SOON, BackendCase
from backend.database import Database
from backend.processes import EVERY_BYTE, Coordinator, Worker, proof, until

HOUR_AGO = "CURRENT_TIMESTAMP - interval '1 hour'"


def setUpModule():
    global database, coordinator, before
    database = Database()
    before = database.definition()
    coordinator = Coordinator(database)


def tearDownModule():
    coordinator.stop()
    # Whatever the tests did: the table, its type, its trigger and function are what they were, and nothing was added.
    if (after := database.definition()) != before:
        raise AssertionError("pg_dump says otherwise than before:\n" + "\n".join(set(after) ^ set(before)))


class DropInTests(BackendCase):
    def test_a_row_is_picked_up_soon_and_proved_byte_for_byte(self):
        prover = self.prover(coordinator, "a-prover-whose-name-is-longer-than-thirty")
        waits = []
        for number in range(3):
            id = f"pick-{number}"
            database.insert(id, created_time=HOUR_AGO, updated_time=HOUR_AGO)
            began = time.monotonic()
            task = self.handed(prover)
            waits.append(time.monotonic() - began)
            self.assertEqual((task.id, task.circuit, task.input), (id, "block", b'{"x": 3, "y": 35}'))
            self.assertFalse(task.HasField("output"))
            row = database.row(id)
            self.assertEqual((row["status"], row["prover_id"], row["proof"]), ("proving", prover.name[:30], None))
            sent = proof(task.input, EVERY_BYTE[::-1])
            self.assertIs(prover.submit(id, "block", sent), True)
            row = database.row(id)
            self.assertEqual((row["status"], row["prover_id"]), ("proved", prover.name[:30]))
            self.assertEqual(row["proof"], sent)
            self.assertEqual(row["public_input"], b"public\0of " + task.input)
            self.assertTrue(row["moved"], row)
        self.assertLess(max(waits), SOON)
        print(f"[picked up after {', '.join(f'{wait:.2f}' for wait in waits)} s] ", end="", flush=True)

    def test_output_of_the_row_is_handed_out_beside_the_input(self):
        database.insert("output-1", circuit="quiet", output="""'{"z":   38}'""")
        prover = self.prover(coordinator, "prover-output")
        task = self.handed(prover, "quiet")
        self.assertEqual((task.id, task.output), ("output-1", b'{"z": 38}'))
        self.assertIs(prover.submit(task.id, "quiet", proof(task.input)), True)

    def test_public_input_stays_empty_if_the_verifier_prints_nothing(self):
        database.insert("quiet-1", circuit="quiet")
        prover = self.prover(coordinator, "prover-quiet")
        self.assertIs(prover.submit(self.handed(prover, "quiet").id, "quiet", proof('{"x": 3, "y": 35}')), True)
        row = database.row("quiet-1")
        self.assertEqual((row["status"], row["public_input"]), ("proved", None))

    def test_after_an_invalid_proof_the_row_is_not_proved_and_stays_with_its_prover(self):
        database.insert("invalid-1", circuit="quiet")
        prover, other = self.prover(coordinator, "prover-invalid"), self.prover(coordinator, "prover-other")
        task = self.handed(prover, "quiet")
        # Two refused proofs set a prover aside, but what it has it may still submit.
        for wrong in (b"", b"rubbish", proof("another task's input")):
            self.assertIs(prover.submit(task.id, "quiet", wrong), False)
            row = database.row("invalid-1")
            self.assertEqual((row["status"], row["prover_id"], row["proof"]), ("proving", "prover-invalid", None))
        self.assertIsNone(other.poll_or_none("quiet"))
        self.assertIs(prover.submit(task.id, "quiet", proof(task.input)), True)
        self.assertEqual(database.row("invalid-1")["proof"], proof(task.input))

    def test_circuits_are_the_same_whatever_their_case(self):
        database.insert("case-1", circuit="QUIET")
        prover = self.prover(coordinator, "prover-case")
        task = self.handed(prover, "Quiet")
        self.assertEqual((task.id, task.circuit), ("case-1", "Quiet"))
        self.assertIs(prover.submit(task.id, "qUIET", proof(task.input)), True)
        self.assertEqual(database.status("case-1"), "proved")

    def test_the_oldest_block_is_proved_first(self):
        database.sql(
            "INSERT INTO task (task_id, circuit, block_id, input) SELECT 'old-' || b, 'quiet', b, '{}'"
            " FROM unnest(ARRAY[7, 5, 6]) AS b")
        prover = self.prover(coordinator, "prover-oldest")
        ids = [self.handed(prover, "quiet").id for _ in range(3)]
        self.assertEqual(ids, ["old-5", "old-6", "old-7"])
        for id in ids:
            self.assertIs(prover.submit(id, "quiet", proof("{}")), True)

    def test_a_failed_row_waits_until_somebody_retries_it(self):
        database.insert("brief-1", circuit="brief")
        prover = self.prover(coordinator, "prover-brief")
        self.assertEqual(self.handed(prover, "brief").id, "brief-1")
        # Its lease is a second, and it has one attempt.
        until(lambda: "failed" in coordinator.command("task", "show", "brief-1"), "the task has failed")
        self.assertEqual(database.status("brief-1"), "inited")
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            self.assertIsNone(prover.poll_or_none("brief"))
            time.sleep(0.1)
        coordinator.command("task", "retry", "brief-1")
        task = self.handed(prover, "brief")
        self.assertEqual(task.id, "brief-1")
        self.assertIs(prover.submit(task.id, "brief", proof(task.input)), True)
        self.assertEqual(database.status("brief-1"), "proved")

    def test_own_workers_prove_rows_and_the_figures_agree(self):
        worker = Worker("own-worker-with-a-name-longer-than-30", coordinator)
        self.addCleanup(worker.stop)
        database.sql(
            "INSERT INTO task (task_id, circuit, block_id, input) SELECT 'own-' || b, 'block', b,"
            " jsonb_build_object('b', b) FROM generate_series(1, 20) AS b")
        until(lambda: database.sql("SELECT count(*) FROM task WHERE task_id LIKE 'own-%' AND status = 'proved'") == "20",
              "20 rows are proved")
        for number in (1, 20):
            row, input = database.row(f"own-{number}"), f'{{"b": {number}}}'
            self.assertEqual(row["proof"], proof(input))
            self.assertEqual((row["prover_id"], row["public_input"]),
                             ("own-worker-with-a-name-longer-", b"public\0of " + input.encode()))
        figures = json.loads(coordinator.command("task", "list", "--summary", "--output", "json"))
        self.assertEqual(sum(kind["states"]["done"] for kind in figures), database.counts()["proved"])


class OrderTests(BackendCase):
    def test_the_latest_block_is_proved_first_if_the_file_says_so(self):
        database = Database()
        database.sql(
            "INSERT INTO task (task_id, circuit, block_id, input) SELECT 'new-' || b, 'block', b, '{}'"
            " FROM unnest(ARRAY[7, 9, 8]) AS b")
        coordinator = Coordinator(database, order="latest")
        self.addCleanup(coordinator.stop)
        prover = self.prover(coordinator, "prover-latest")
        self.assertEqual([self.handed(prover).id for _ in range(2)], ["new-9", "new-8"])
        # A block that comes later goes before what waits.
        database.insert("new-10", block=10)
        seen = until(lambda: "new-10" in coordinator.command("task", "list"), "new-10 is seen")
        self.assertTrue(seen)
        self.assertEqual([self.handed(prover).id for _ in range(2)], ["new-10", "new-7"])
