"""examples/backend runs from its beginning to its end, and leaves nothing."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from backend.database import ROOT
from backend.processes import environment


class ExampleTests(unittest.TestCase):
    def test_the_example(self):
        folder = tempfile.mkdtemp(prefix="example-")
        os.chmod(folder, 0o755)
        done = subprocess.run(
            [ROOT / "examples" / "backend" / "run"], capture_output=True, text=True, timeout=120,
            env=environment(BACKEND_MUSTER=os.environ["PROGRAM"], TMPDIR=folder))
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, said)
        self.assertIn(" proved |    31\n", said)
        self.assertIn("all of them hold", said)
        self.assertEqual(list(Path(folder).iterdir()), [])
        left = [path for path in Path("/proc").glob("[0-9]*/cmdline") if folder.encode() in read(path)]
        self.assertEqual(left, [])


def read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""
