"""PostgreSQL, Redis and a registry for a benchmark: in folders and on ports of their own, ended with the benchmark however it ends."""

import contextlib
import ctypes
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def die_with_parent():
    """In a child, before its exec: the kernel kills it when its parent dies, by whatever cause."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def free_port():
    """A port below those that the kernel gives to outgoing connections."""
    for port in range(26000, 32000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise SystemExit("no free port between 26000 and 31999")


@contextlib.contextmanager
def server(command, port, folder, **options):
    """Runs a server until the end of the block; gives its process once it answers on its port."""
    process = subprocess.Popen(command, preexec_fn=die_with_parent, **options)
    try:
        until = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{command[0]} did not start; its log is in {folder}")
            time.sleep(0.05)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)


@contextlib.contextmanager
def scratch(name):
    """A folder on a real disk: what is measured is durable. TMPDIR chooses another than /tmp."""
    folder = tempfile.mkdtemp(prefix=f"muster-bench-{name}-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def registry(folder):
    """Debian's docker-registry on loopback with plain HTTP, with its files in this folder; gives its port."""
    port = free_port()
    configuration = Path(folder) / "registry.yml"
    configuration.write_text(
        f"version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\n"
        f"storage: {{filesystem: {{rootdirectory: {folder}/registry}}}}\nhttp: {{addr: '127.0.0.1:{port}'}}\n")
    command = ["docker-registry", "serve", str(configuration)]
    with server(command, port, folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        yield port


@contextlib.contextmanager
def postgres(*settings):
    """Debian's PostgreSQL with its default settings and these ("name=value"); gives (URL, process number)."""
    port = free_port()
    with scratch("postgres") as folder:
        command = [ROOT / "scripts/postgres", "run", folder, str(port), *settings]
        with server(command, port, folder) as process:
            url = f"postgres://postgres@127.0.0.1:{port}/postgres"
            wait_for_postgres(url)
            yield url, process.pid


def wait_for_postgres(url):
    import psycopg

    until = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


@contextlib.contextmanager
def redis():
    """Debian's Redis, keeping nothing on disk: the fastest that it can be. Gives its URL."""
    port = free_port()
    with scratch("redis") as folder:
        program = shutil.which("redis-server") or "/usr/bin/redis-server"
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--logfile", "log"]
        with server(command, port, folder):
            yield f"redis://127.0.0.1:{port}/0"


def report(name, value):
    """One line, as muster-bench writes it."""
    print(f"{name:58} {value}", flush=True)


def rate(count, seconds):
    return f"{count / seconds:.0f}/s  ({count} in {seconds:.3f} s)"
