"""Makes the stubs, starts the PostgreSQL, runs the tests, cleans up. Started by `run`."""

import os
import signal
import sys
import tempfile
import time
import unittest
from pathlib import Path

from grpc_tools import protoc

HERE = Path(__file__).resolve().parent
PROTOS = HERE.parent.parent / "Protos"


class Report(unittest.TextTestResult):
    """Says of each test how long it took."""

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def addSuccess(self, test):
        unittest.TestResult.addSuccess(self, test)
        self.stream.writeln(f"ok ({time.monotonic() - self.began:.1f} s)")


def make_stubs(folder):
    files = sorted(str(path) for path in PROTOS.glob("*.proto"))
    arguments = ["protoc", f"-I{PROTOS}", f"--python_out={folder}", f"--grpc_python_out={folder}", *files]
    if protoc.main(arguments) != 0:
        sys.exit(f"Tests/Backend: no stubs could be made from {PROTOS}")


def main(patterns):
    # Told to stop: as by Ctrl-C, which unittest lets through, so that everything is ended and its folders removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="muster-backend-") as folder:
        # The server runs as a user of its own, who has to get at its folder.
        os.chmod(folder, 0o755)
        stubs = os.path.join(folder, "stubs")
        os.mkdir(stubs)
        make_stubs(stubs)
        # The clients of the protocols are those of Tests/Python.
        sys.path[:0] = [stubs, str(HERE), str(HERE.parent / "Python")]
        os.environ["TMPDIR"] = folder
        tempfile.tempdir = folder
        from backend import database, processes

        loader = unittest.TestLoader()
        if patterns:
            loader.testNamePatterns = [p if "*" in p else f"*{p}*" for p in patterns]
        suite = loader.discover(str(HERE), pattern="test_*.py")
        try:
            database.start(os.path.join(folder, "postgres"))
            result = unittest.TextTestRunner(verbosity=2, resultclass=Report).run(suite)
        except KeyboardInterrupt:
            sys.exit("Tests/Backend: interrupted")
        finally:
            processes.end_all()
            database.stop()
    sys.stderr.flush()
    if not result.testsRun:
        sys.exit("Tests/Backend: no test has such a name")
    if not result.wasSuccessful():
        sys.exit(f"FAILED   Tests/Backend: {len(result.failures) + len(result.errors)} of {result.testsRun} tests")
    print(f"passed   Tests/Backend: {result.testsRun} tests")


if __name__ == "__main__":
    main(sys.argv[1:])
