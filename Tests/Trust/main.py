"""Makes the stubs in a temporary folder, runs the tests, ends what they left. Started by `run`."""

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


def make_stubs(folder):
    files = sorted(str(path) for path in PROTOS.glob("*.proto"))
    arguments = ["protoc", f"-I{PROTOS}", f"--python_out={folder}", f"--grpc_python_out={folder}", *files]
    if protoc.main(arguments) != 0:
        sys.exit(f"Tests/Trust: no stubs could be made from {PROTOS}")


class Report(unittest.TextTestResult):
    """Says how long each test took: all of them together are to stay under a minute and a half."""

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        if (took := time.monotonic() - self.began) > 3:
            self.stream.writeln(f"    took {took:.0f} s")
        super().stopTest(test)


def main(patterns):
    # Told to stop: as by Ctrl-C, which unittest lets through, so that processes are ended and folders removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Every call that is to fail would write a line of its own.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    with tempfile.TemporaryDirectory(prefix="muster-trust-") as folder:
        stubs = os.path.join(folder, "stubs")
        os.mkdir(stubs)
        make_stubs(stubs)
        sys.path[:0] = [stubs, str(HERE)]
        os.environ["TMPDIR"] = folder
        tempfile.tempdir = folder
        loader = unittest.TestLoader()
        if patterns:
            loader.testNamePatterns = [p if "*" in p else f"*{p}*" for p in patterns]
        suite = loader.discover(str(HERE), pattern="test_*.py")
        from support.process import Daemon

        try:
            result = unittest.TextTestRunner(verbosity=2, resultclass=Report).run(suite)
        except KeyboardInterrupt:
            sys.exit("Tests/Trust: interrupted")
        finally:
            Daemon.stop_all()
    sys.stderr.flush()
    if not result.testsRun:
        sys.exit("Tests/Trust: no test has such a name")
    if not result.wasSuccessful():
        sys.exit(f"FAILED   Tests/Trust: {len(result.failures) + len(result.errors)} of {result.testsRun} tests")
    print(f"passed   Tests/Trust: {result.testsRun} tests")


if __name__ == "__main__":
    main(sys.argv[1:])
