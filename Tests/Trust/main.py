"""Makes the stubs in a temporary folder, runs the files of tests side by side, ends what they left. Started by `run`.

Most of the time of these tests is waiting: for certificates to end, for patience to run out.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from grpc_tools import protoc

HERE = Path(__file__).resolve().parent
PROTOS = HERE.parent.parent / "Protos"
AT_ONCE = 4
# They wait longest, so they begin first.
LONG = {"test_handshake", "test_revocation", "test_server_renewal", "test_worker_renewal"}
# The exit status of a file without a test of the given names.
NONE = 5


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


def run_module(name, patterns):
    """One file of tests, in a process of its own."""
    sys.path[:0] = [os.environ["STUBS"], str(HERE)]
    tempfile.tempdir = os.environ["TMPDIR"]
    loader = unittest.TestLoader()
    loader.testNamePatterns = patterns or None
    suite = loader.discover(str(HERE), pattern=f"{name}.py")
    if not suite.countTestCases():
        sys.exit(NONE)
    from support.process import Daemon

    try:
        result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Report).run(suite)
    finally:
        Daemon.stop_all()
    sys.exit(0 if result.wasSuccessful() else 1)


def main(patterns):
    patterns = [p if "*" in p else f"*{p}*" for p in patterns]
    modules = sorted(path.stem for path in HERE.glob("test_*.py"))
    modules.sort(key=lambda name: name not in LONG)
    running = []
    with tempfile.TemporaryDirectory(prefix="muster-trust-") as folder:
        stubs = os.path.join(folder, "stubs")
        os.mkdir(stubs)
        make_stubs(stubs)
        variables = {**os.environ, "TMPDIR": folder, "STUBS": stubs, "GRPC_VERBOSITY": "NONE"}

        def run(module):
            process = subprocess.Popen(
                [sys.executable, "-B", __file__, "--module", module, *patterns], env=variables, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            running.append(process)
            text = process.communicate()[0]
            if process.returncode != NONE:
                print(f"{module}\n{text}", flush=True)
            return process.returncode

        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            statuses = list(pool.map(run, modules))
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in running:
                if process.poll() is None:
                    process.terminate()
            for process in running:
                process.wait()
            sys.exit("Tests/Trust: interrupted")
    ran = [name for name, status in zip(modules, statuses) if status != NONE]
    failed = [name for name, status in zip(modules, statuses) if status not in (0, NONE)]
    if not ran:
        sys.exit("Tests/Trust: no test has such a name")
    if failed:
        sys.exit(f"FAILED   Tests/Trust: {', '.join(failed)}")
    print(f"passed   Tests/Trust: {len(ran)} files of tests")


if __name__ == "__main__":
    # Told to stop: as by Ctrl-C, so that processes are ended and folders removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if sys.argv[1:2] == ["--module"]:
        try:
            run_module(sys.argv[2], sys.argv[3:])
        except KeyboardInterrupt:
            sys.exit(130)
    main(sys.argv[1:])
