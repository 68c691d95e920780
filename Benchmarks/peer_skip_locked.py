"""A peer of the burn-down: the job table that many write themselves, in Python (PyPI: psycopg[binary]).

Two processes take the first queued row with FOR UPDATE SKIP LOCKED, do nothing, and mark it done: one task a transaction, as
most write it, and a hundred, as few do. The same PostgreSQL as Muster's, the same durability.
"""

import multiprocessing
import sys
import time

import psycopg
from servers import postgres, rate, report

TABLE = """
DROP TABLE IF EXISTS job;
CREATE TABLE job (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state text NOT NULL DEFAULT 'queued', payload text NOT NULL,
  created timestamptz NOT NULL DEFAULT now(), finished timestamptz);
CREATE INDEX job_queued ON job (id) WHERE state = 'queued'
"""
CLAIM = "SELECT id, payload FROM job WHERE state = 'queued' ORDER BY id LIMIT {} FOR UPDATE SKIP LOCKED"


def insert(url, count, batch=1000):
    """Durable inserts, a transaction a batch; returns the seconds that they took."""
    with psycopg.connect(url) as connection:
        begin = time.monotonic()
        for start in range(0, count, batch):
            with connection.transaction(), connection.cursor() as cursor:
                rows = [("{}",)] * min(batch, count - start)
                cursor.executemany("INSERT INTO job (payload) VALUES (%s)", rows)
        return time.monotonic() - begin


def work(url, batch, start, results):
    done, first, last = 0, None, None
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        claim = CLAIM.format(batch)
        start.wait()
        while True:
            with connection.transaction():
                rows = cursor.execute(claim).fetchall()
                if len(rows) == 1:
                    cursor.execute("UPDATE job SET state = 'done', finished = now() WHERE id = %s", (rows[0][0],))
                elif rows:
                    ids = [row[0] for row in rows]
                    cursor.execute("UPDATE job SET state = 'done', finished = now() WHERE id = ANY(%s)", (ids,))
            if not rows:
                break
            last = time.monotonic()
            first = first or last
            done += len(rows)
    results.put((done, first, last))


def measure(url, count, batch, processes=2):
    """((count, seconds to insert), (count, seconds from the first to the last completion))"""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE)
    inserted = insert(url, count)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE job")
    start, results = multiprocessing.Event(), multiprocessing.Queue()
    workers = [
        multiprocessing.Process(target=work, args=(url, batch, start, results), daemon=True) for _ in range(processes)
    ]
    for worker in workers:
        worker.start()
    time.sleep(0.5)
    start.set()
    ends = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    done = sum(end[0] for end in ends)
    if done != count:
        raise SystemExit(f"{done} tasks were done instead of {count}")
    times = [end for end in ends if end[0]]
    return (count, inserted), (count, max(end[2] for end in times) - min(end[1] for end in times))


def main(url, count):
    """Prints the figures; returns tasks per second by name."""
    figures = {}
    for batch, number, what in ((1, count, "one a transaction"), (100, count * 4, "100 a transaction")):
        inserts, works = measure(url, number, batch)
        if batch == 1:
            report("SKIP LOCKED in Python, inserts, batches of 1,000", rate(*inserts))
        report(f"SKIP LOCKED in Python, 2 processes, {what}", rate(*works))
        figures[f"SKIP LOCKED in Python, {what}"] = works[0] / works[1]
    return figures


if __name__ == "__main__":
    with postgres() as (address, _):
        main(address, int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
