"""The time of Muster's claims by the number of rows that are queued, and that have ended, in its tables.

The rows are generated in the database; then workers take some, with that many still queued at the end. What the server spent
on the statements of a claim comes from its own books (pg_stat_statements).
"""

import psycopg
from servers import postgres, report

TAKEN = 20_000

QUEUED = """
WITH new AS (
  INSERT INTO muster.task (submitted, lane, max_attempts, input_size, id, identity)
  SELECT clock_timestamp(), lane.id, 3, 0, %(name)s || '-' || g, sha256(int8send(g)) FROM muster.lane, generate_series(1, %(count)s) g
  RETURNING seq, submitted, lane, max_attempts)
INSERT INTO muster.live (seq, ord, since, lane, max_attempts, input_size, state)
SELECT seq, seq, submitted, lane, max_attempts, 0, 1 FROM new
"""
ENDED = """
WITH new AS (
  INSERT INTO muster.task (submitted, lane, max_attempts, input_size, id, identity)
  SELECT clock_timestamp(), lane.id, 3, 0, %(name)s || '-' || g, sha256(int8send(g)) FROM muster.lane, generate_series(1, %(count)s) g
  RETURNING seq, submitted, lane)
INSERT INTO muster.final (seq, finished, handouts, epoch, handed, result_key, kind, state, worker)
SELECT new.seq, submitted, 1, 1, submitted, new.seq << 20 | 1, lane.kind, 4, 'generated' FROM new JOIN muster.lane ON lane.id = new.lane
"""
CLAIM = """
SELECT sum(total_exec_time), sum(blk_read_time), sum(shared_blks_hit + shared_blks_read)::float,
  (sum(rows) FILTER (WHERE query LIKE '%WITH taken AS%'))::int
FROM pg_stat_statements
WHERE query LIKE '%FROM live l%FOR UPDATE SKIP LOCKED%' OR query LIKE '%WITH taken AS%UPDATE live%'
"""
DONE = """
SELECT count(*), extract(epoch FROM max(finished) - min(finished))::float FROM muster.final WHERE kind = 1 AND finished > %s
"""


def generate(connection, statement, name, count, at_once=500_000):
    for start in range(0, count, at_once):
        share = min(at_once, count - start)
        connection.execute(statement, {"name": f"{name}-{start}", "count": share})


def measure(name, url, server, connection, muster):
    """Works some tasks off; returns microseconds a task that the server spent on claims, without reading the disk."""
    for table in ("task", "live", "final"):
        connection.execute(f"VACUUM (ANALYZE) muster.{table}")
    connection.execute("CHECKPOINT")
    connection.execute("SELECT pg_stat_statements_reset()")
    begin = connection.execute("SELECT clock_timestamp()").fetchone()[0]
    muster(url, server, "--count", "0", "--finish", str(TAKEN))
    spent, reading, pages, taken = connection.execute(CLAIM).fetchone()
    done, seconds = connection.execute(DONE, (begin,)).fetchone()
    # Rows that lay untouched for long come from the disk, if the machine has not kept them in memory.
    figure = (spent - reading) * 1000 / taken
    report(
        f"claims, {name}",
        f"{figure:.1f} us a task, {pages / taken:.1f} pages, reading the disk {reading * 1000 / taken:.1f} us; "
        f"{done / seconds:.0f}/s dispatched and committed",
    )
    return figure


def main(sizes, muster):
    """Prints the figures. `muster` runs `muster-bench burndown` quietly and returns what it printed."""
    figures = []
    for size in sizes:
        with postgres("shared_preload_libraries=pg_stat_statements", "track_io_timing=on") as (url, server):
            # Makes the tables, and the one kind and lane to which the generated tasks belong.
            muster(url, server, "--count", "1", "--finish", "0")
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE EXTENSION pg_stat_statements")
                generate(connection, QUEUED, "queued", size + TAKEN)
                figures.append(measure(f"{size:,} rows queued", url, server, connection, muster))
                generate(connection, QUEUED, "more", TAKEN)
                generate(connection, ENDED, "ended", size)
                figures.append(measure(f"{size:,} queued and {size:,} ended", url, server, connection, muster))
    report("claims, the slowest as a multiple of the first", f"{max(figures) / figures[0]:.2f}")
