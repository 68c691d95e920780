"""A peer of the burn-down: Celery with Redis (PyPI: celery[redis]; Debian: redis-server).

All no-op tasks are queued first; then the workers start, and the time from the first to the last completion counts.
Settings chosen for speed: prefork with two processes, early acknowledgement (Celery's default: a killed worker loses what
it had fetched), large prefetch, no events, no heartbeats; Redis keeps nothing on disk. Nothing here is durable.
"""

import mmap
import os
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from celery import Celery
from servers import die_with_parent, rate, redis, report

SLOTS = 64
SLOT = struct.Struct("qqq")  # tasks done, first and last completion in ns

app = Celery("peer_celery", broker=os.environ.get("PEER_REDIS"), backend=os.environ.get("PEER_REDIS"))
app.conf.update(
    worker_prefetch_multiplier=int(os.environ.get("PEER_PREFETCH", "256")),
    worker_send_task_events=False,
    task_send_sent_event=False,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    task_store_errors_even_if_ignored=False,
)
board = None


def note_completion():
    """Counts in memory that all processes share: some hundred nanoseconds a task."""
    global board
    now = time.monotonic_ns()
    if board is None:
        from billiard import current_process

        index = getattr(current_process(), "index", 0) % SLOTS
        with open(os.environ["PEER_BOARD"], "r+b") as file:
            board = (mmap.mmap(file.fileno(), SLOTS * SLOT.size), index * SLOT.size)
    memory, offset = board
    done, first, _ = SLOT.unpack_from(memory, offset)
    SLOT.pack_into(memory, offset, done + 1, first or now, now)


@app.task(ignore_result=True)
def noop():
    note_completion()


@app.task(ignore_result=False)
def noop_with_result():
    note_completion()
    return 1


def produce(name, count):
    task = app.tasks[f"peer_celery.{name}"]
    with app.producer_pool.acquire(block=True) as producer:
        for _ in range(count):
            task.apply_async(producer=producer)


def completions(path):
    with open(path, "rb") as file:
        slots = [SLOT.unpack(file.read(SLOT.size)) for _ in range(SLOTS)]
    used = [slot for slot in slots if slot[0]]
    if not used:
        return 0, 0, 0
    return sum(s[0] for s in used), min(s[1] for s in used), max(s[2] for s in used)


def measure(name, count, url, producers=2):
    """(submits per second, tasks per second)"""
    board_file = tempfile.NamedTemporaryFile(prefix="muster-bench-celery-")
    board_file.write(bytes(SLOTS * SLOT.size))
    board_file.flush()
    environment = {**os.environ, "PEER_REDIS": url, "PEER_BOARD": board_file.name, "PYTHONPATH": str(Path(__file__).parent)}
    begin = time.monotonic()
    command = [sys.executable, __file__, "produce", name, str(count // producers)]
    running = [subprocess.Popen(command, env=environment, preexec_fn=die_with_parent) for _ in range(producers)]
    if any(process.wait() for process in running):
        raise SystemExit("a producer failed")
    submitted = time.monotonic() - begin
    total = count // producers * producers
    worker = [
        sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "--app", "peer_celery", "worker", "--pool", "prefork", "--concurrency", "2",
        "--loglevel", "ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]  # fmt: skip
    process = subprocess.Popen(
        worker, env=environment, preexec_fn=die_with_parent, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while (state := completions(board_file.name))[0] < total:
            if process.poll() is not None:
                raise SystemExit("Celery's worker ended early")
            time.sleep(0.05)
    finally:
        process.terminate()
        process.wait(60)
    return (total, submitted), (total, (state[2] - state[1]) / 1e9)


def main(count):
    """Prints the figures; returns tasks per second by name."""
    figures = {}
    for task, what in (("noop", "results ignored"), ("noop_with_result", "results stored")):
        with redis() as url:
            submits, works = measure(task, count, url)
        if task == "noop":
            report("Celery with Redis, submits one by one by 2 processes", rate(*submits))
        report(f"Celery with Redis, prefork 2, {what}", rate(*works))
        figures[f"Celery with Redis, {what}"] = works[0] / works[1]
    return figures


if __name__ == "__main__":
    if sys.argv[1:2] == ["produce"]:
        produce(sys.argv[2], int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
