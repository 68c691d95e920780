"""A database that is not the prover cluster's, or not for this role: one clear sentence, and nothing is touched."""

import os
import subprocess
import tempfile
from pathlib import Path

from backend.case import BackendCase
from backend.database import CANARY, Database, free_port, psql, url
from backend.processes import Program, environment


class RefusalTests(BackendCase):
    def folder(self, verifier="\n  block: {verifier: [./verify]}", more=""):
        folder = Path(tempfile.mkdtemp(prefix="refusal-"))
        (folder / "vk.bin").write_bytes(b"a key")
        (folder / "verify").write_text("#!/bin/sh\n")
        (folder / "verify").chmod(0o755)
        (folder / "coordinator.yaml").write_text(f"circuits:\n  block:\n    vk: vk.bin\n{more}")
        (folder / "muster.yaml").write_text(
            f"listen: [127.0.0.1:{free_port()}]\nhttp: none\nkinds:{verifier or ' {}'}\n")
        return folder

    def refused(self, folder, address):
        """The error of a coordinator that cannot start."""
        done = subprocess.run(
            [os.environ["PROGRAM"], "coordinator", "run", "-c", "coordinator.yaml"], cwd=folder, capture_output=True,
            text=True, timeout=20, env=environment(
                DATABASE_URL=address, COORDINATOR_LISTENADDR="127.0.0.1", COORDINATOR_PORT=str(free_port())))
        self.assertEqual(done.returncode, 1, done)
        self.assertNotIn(CANARY, done.stdout + done.stderr)
        return done.stderr[done.stderr.index("error: "):]

    def test_no_table(self):
        database = Database(schema=None)
        self.assertIn(f"the database '{database.name}' has no table 'task'", self.refused(self.folder(), database.url))
        self.assertEqual(database.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'muster'"), "0")

    def test_a_table_of_another_shape(self):
        database = Database()
        database.sql("ALTER TABLE task DROP COLUMN proof")
        words = self.refused(self.folder(), database.url)
        self.assertIn("the table 'public.task' is not the prover cluster's: column 'proof' is missing;", words)

    def test_a_role_that_may_only_read(self):
        database = Database()
        psql(database.name, "postgres", f"CREATE ROLE reader_{database.name} LOGIN PASSWORD '{CANARY}'")
        database.sql(f"GRANT SELECT ON task TO reader_{database.name}")
        words = self.refused(self.folder(), url(database.name, f"reader_{database.name}"))
        self.assertIn("may not read and update the table 'public.task'", words)

    def test_a_database_that_is_not_there(self):
        words = self.refused(self.folder(), url("nowhere"))
        self.assertIn('database "nowhere" does not exist', words)

    def test_a_circuit_without_verifier(self):
        words = self.refused(self.folder(verifier=""), Database().url)
        self.assertIn("circuits.block: nothing says how results of this circuit are verified", words)
        self.assertIn("verifier: [", words)

    def test_the_database_may_stand_in_the_environment_file(self):
        database, port = Database(), free_port()
        folder = self.folder()
        (folder / ".env").write_text(
            f"DATABASE_URL={database.url}\nCOORDINATOR_CONFIG=coordinator.yaml\nRUST_LOG=info\n"
            f"COORDINATOR_LISTENADDR=127.0.0.1\nCOORDINATOR_PORT={port}\n")
        program = Program(folder, "coordinator", "run")
        self.addCleanup(program.close)
        program.until_said("\ncoordinator  ")
        database.insert("env-1")

        class Here:
            address = f"127.0.0.1:{port}"

        task = self.handed(self.prover(Here, "prover-env"))
        self.assertEqual(task.id, "env-1")
        self.assertEqual(program.end(), 0, program.said)
        self.assertNotIn(CANARY, program.said)
