"""Makes the stubs in a temporary folder, runs the tests, cleans up. Started by `run`."""

import os
import signal
import sys
import tempfile
import unittest
from pathlib import Path

from grpc_tools import protoc

HERE = Path(__file__).resolve().parent
PROTOS = HERE.parent.parent / "Protos"


def make_stubs(folder):
    files = sorted(str(path) for path in PROTOS.glob("*.proto"))
    arguments = ["protoc", f"-I{PROTOS}", f"--python_out={folder}", f"--grpc_python_out={folder}", *files]
    if protoc.main(arguments) != 0:
        sys.exit(f"Tests/Python: no stubs could be made from {PROTOS}")


def record(names):
    if len(names) != 1:
        sys.exit("Tests/Python: --record needs the name of one folder of recorded/, for example v1")
    from support.coordinator import Coordinator

    import record_peers

    try:
        record_peers.main(names[0])
    finally:
        Coordinator.stop_all()


def main(patterns):
    # Told to stop: as by Ctrl-C, which unittest lets through, so that coordinators are ended and folders removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="muster-python-") as folder:
        stubs = os.path.join(folder, "stubs")
        os.mkdir(stubs)
        make_stubs(stubs)
        sys.path[:0] = [stubs, str(HERE)]
        os.environ["TMPDIR"] = folder
        tempfile.tempdir = folder
        if patterns[:1] == ["--record"]:
            return record(patterns[1:])
        loader = unittest.TestLoader()
        if patterns:
            loader.testNamePatterns = [p if "*" in p else f"*{p}*" for p in patterns]
        suite = loader.discover(str(HERE), pattern="test_*.py")
        from support.coordinator import Coordinator

        try:
            result = unittest.TextTestRunner(verbosity=2).run(suite)
        except KeyboardInterrupt:
            sys.exit("Tests/Python: interrupted")
        finally:
            Coordinator.stop_all()
    sys.stderr.flush()
    if not result.testsRun:
        sys.exit("Tests/Python: no test has such a name")
    if not result.wasSuccessful():
        sys.exit(f"FAILED   Tests/Python: {len(result.failures) + len(result.errors)} of {result.testsRun} tests")
    print(f"passed   Tests/Python: {result.testsRun} tests")


if __name__ == "__main__":
    main(sys.argv[1:])
