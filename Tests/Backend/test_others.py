"""Other programs work on the table at the same time, and whatever they do with a row holds."""

import time

import grpc
from backend.case import SOON, BackendCase
from backend.database import Database
from backend.processes import Coordinator, Worker, proof, until


def setUpModule():
    global database, coordinator
    database = Database()
    coordinator = Coordinator(database)


def tearDownModule():
    coordinator.stop()


def queued(*ids):
    """Waits until these rows have tasks that wait."""

    def look():
        said = coordinator.command("task", "list", "--state", "queued")
        return all(id in said for id in ids)

    until(look, f"{ids} are queued", SOON)


class OtherProgramTests(BackendCase):
    def cleared(self):
        """No rows that wait are left to later tests."""
        self.addCleanup(database.sql, "DELETE FROM task")

    def test_rows_that_wait_and_are_deleted_proved_or_taken_by_others_are_let_go(self):
        self.cleared()
        for number, name in enumerate(["gone", "proved", "taken", "left"]):
            database.insert(f"wait-{name}", block=number)
        queued("wait-gone", "wait-proved", "wait-taken", "wait-left")
        database.sql(
            "DELETE FROM task WHERE task_id = 'wait-gone';"
            "UPDATE task SET status = 'proved', proof = 'theirs', prover_id = 'other' WHERE task_id = 'wait-proved';"
            "UPDATE task SET status = 'proving', prover_id = 'other' WHERE task_id = 'wait-taken'")
        prover = self.prover(coordinator, "prover-wait")
        # At once: also what has not been noticed yet must not be handed out.
        self.assertEqual(self.handed(prover).id, "wait-left")
        self.assertIsNone(prover.poll_or_none("block"))
        for name in ("gone", "proved", "taken"):
            until(lambda: "cancelled" in coordinator.command("task", "show", f"wait-{name}"), f"{name} is withdrawn", SOON)
        self.assertEqual(database.row("wait-proved")["proof"], b"theirs")
        row = database.row("wait-taken")
        self.assertEqual((row["status"], row["prover_id"]), ("proving", "other"))

    def test_rows_that_are_being_proved_and_that_others_change_are_not_overwritten(self):
        self.cleared()
        names = ["gone", "proved", "taken"]
        for number, name in enumerate(names):
            database.insert(f"held-{name}", block=number)
        prover = self.prover(coordinator, "prover-held")
        tasks = [self.handed(prover) for _ in names]
        self.assertEqual([task.id for task in tasks], [f"held-{name}" for name in names])
        database.sql(
            "DELETE FROM task WHERE task_id = 'held-gone';"
            "UPDATE task SET status = 'proved', proof = 'theirs', prover_id = 'other' WHERE task_id = 'held-proved';"
            "UPDATE task SET status = 'proving', prover_id = 'other' WHERE task_id = 'held-taken'")
        for task in tasks:
            prover.submit(task.id, "block", proof(task.input))
        self.assertIsNone(database.row("held-gone"))
        row = database.row("held-proved")
        self.assertEqual((row["proof"], row["prover_id"]), (b"theirs", "other"))
        row = database.row("held-taken")
        self.assertEqual((row["status"], row["proof"], row["prover_id"]), ("proving", None, "other"))
        for name in names:
            until(lambda: "cancelled" in coordinator.command("task", "show", f"held-{name}"), f"{name} is withdrawn", SOON)

    def test_a_row_that_is_set_back_is_proved_anew(self):
        self.cleared()
        database.insert("anew")
        prover = self.prover(coordinator, "prover-anew")
        self.assertIs(prover.submit(self.handed(prover).id, "block", proof('{"x": 3, "y": 35}')), True)
        database.sql("""UPDATE task SET status = 'inited', proof = NULL, input = '{"x": 4}' WHERE task_id = 'anew'""")
        task = self.handed(prover)
        self.assertEqual((task.id, task.input), ("anew", b'{"x": 4}'))
        self.assertIs(prover.submit("anew", "block", proof(task.input)), True)
        self.assertEqual(database.row("anew")["proof"], proof('{"x": 4}'))

    def test_strangers_are_left_alone(self):
        self.cleared()
        database.insert("stranger-1", block=1)
        database.sql("UPDATE task SET status = 'proving', prover_id = 'another cluster'")
        database.insert("stranger-2", block=2)
        prover = self.prover(coordinator, "prover-stranger")
        self.assertEqual(self.handed(prover).id, "stranger-2")
        row = database.row("stranger-1")
        self.assertEqual((row["status"], row["prover_id"]), ("proving", "another cluster"))
        # Neither by the next looks.
        time.sleep(1.2)
        self.assertEqual(database.row("stranger-1"), row)
        self.assertIsNone(prover.poll_or_none("block"))
        # The status speaks of it, and a person may take it.
        self.assertIn("'proving' without our doing, such as 'stranger-1'", coordinator.command("coordinator", "status"))
        self.assertIn("0 rows", coordinator.command("task", "adopt", "--older-than", "1h"))
        self.assertIn("1 rows", coordinator.command("task", "adopt", "--older-than", "0s"))
        self.assertEqual(self.handed(prover).id, "stranger-1")

    def test_people_submit_rows_with_a_block(self):
        self.cleared()
        arguments = ["submit", "--kind", "block", "--id", "by-hand", "--input", '{"x": 35}']
        self.assertIn("--block-id", coordinator.command(*arguments, status=1))
        coordinator.command(*arguments, "--block-id", "7")
        self.assertEqual(database.sql("SELECT block_id || ' ' || (input->>'x') FROM task WHERE task_id = 'by-hand'"), "7 35")
        prover = self.prover(coordinator, "prover-by-hand")
        self.assertEqual(self.handed(prover).id, "by-hand")

    def test_a_lock_that_another_program_holds_does_not_stall_the_other_rows(self):
        self.cleared()
        database.insert("lock-1", block=1)
        database.insert("lock-2", block=2)
        queued("lock-1", "lock-2")
        other = self.session(database)
        other.run("BEGIN; SELECT task_id FROM task WHERE task_id = 'lock-1' FOR UPDATE")
        prover = self.prover(coordinator, "prover-lock")
        began = time.monotonic()
        task = self.handed(prover)
        self.assertEqual(task.id, "lock-2")
        database.insert("lock-3", block=3)
        self.assertEqual(self.handed(prover).id, "lock-3")
        self.assertIs(prover.submit("lock-2", "block", proof(task.input)), True)
        self.assertLess(time.monotonic() - began, 2 * SOON)
        self.assertEqual(database.status("lock-2"), "proved")
        other.run("COMMIT")
        self.assertEqual(self.handed(prover).id, "lock-1")

    def test_a_proof_whose_row_is_locked_is_not_lost(self):
        self.cleared()
        database.insert("late-1", block=1)
        database.insert("late-2", block=2)
        prover = self.prover(coordinator, "prover-late")
        task = self.handed(prover)
        second = self.handed(prover)
        other = self.session(database)
        other.run("BEGIN; SELECT task_id FROM task WHERE task_id = 'late-1' FOR UPDATE")
        locked = prover.stub.SubmitProof.future(self.submission(prover, task), timeout=30)
        # Meanwhile others are served.
        self.assertIs(prover.submit(second.id, "block", proof(second.input)), True)
        self.assertEqual(database.status("late-2"), "proved")
        other.run("COMMIT")
        try:
            self.assertIs(locked.result().valid, True)
        except grpc.RpcError as error:
            # The protocol's word for: submit again.
            self.assertEqual(error.code(), grpc.StatusCode.UNAVAILABLE, error.details())
            self.assertIs(prover.submit(task.id, "block", proof(task.input)), True)
        self.assertEqual(database.row("late-1")["proof"], proof(task.input))

    def test_a_proof_of_muster_s_own_worker_waits_for_a_locked_row(self):
        self.cleared()
        database.insert("slow-1", circuit="quiet")
        worker = Worker("worker-slow", coordinator, pause="1")
        self.addCleanup(worker.stop)
        until(lambda: database.status("slow-1") == "proving", "the worker has the row")
        other = self.session(database)
        other.run("BEGIN; SELECT task_id FROM task WHERE task_id = 'slow-1' FOR UPDATE")
        until(lambda: "verifying" in coordinator.command("task", "show", "slow-1"), "the proof is there")
        other.run("SELECT pg_sleep(0.5); COMMIT")
        until(lambda: database.status("slow-1") == "proved", "the proof is in its row")
        self.assertEqual(database.row("slow-1")["proof"], proof('{"x": 3, "y": 35}'))

    def submission(self, prover, task):
        import cluster_pb2

        return cluster_pb2.SubmitProofRequest(
            prover_id=prover.name, task_id=task.id, circuit="block", proof=proof(task.input),
            timestamp=int(time.time() * 1000))
