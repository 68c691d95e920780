"""The burn-down over PostgreSQL, Muster's and its peers' in one run; `scripts/bench burndown` calls it.

All no-op tasks are stored first, then worked off; the time from the first to the last completion counts, as in
`river bench --num-total-jobs` (https://riverqueue.com/docs/benchmarks). Then the time of Muster's claims by size of the tables.
"""

import argparse
import re
import subprocess
import sys

import claims
import peer_celery
import peer_skip_locked
import psycopg
from servers import die_with_parent, postgres, report


def muster(options, url, server, *arguments, show=True):
    """Runs `muster-bench burndown`, shows what it prints unless told not to, and returns it."""
    command = [options.bench, "burndown", "--muster", options.muster, "--store", url, "--server", str(server), *arguments]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent) as process:
        for line in process.stdout:
            if show:
                print(line, end="", flush=True)
            lines.append(line)
    if process.returncode:
        raise SystemExit("muster-bench burndown failed; what it said is above")
    return "".join(lines)


def check(url, count):
    """Every task that was submitted is done, once: a fast way to lose some would be no figure."""
    with psycopg.connect(url) as connection:
        query = "SELECT (SELECT count(*) FROM muster.live), (SELECT count(*) FROM muster.final WHERE state = 4)"
        live, done = connection.execute(query).fetchone()
    if (live, done) != (0, count):
        raise SystemExit(f"{count} tasks were submitted, but {done} are done and {live} unfinished")


def burn(options):
    """Tasks per second by name of the measurement."""
    figures = {}
    for coordinators in options.coordinators:
        with postgres() as (url, server):
            arguments = ["--count", str(options.count), "--coordinators", str(coordinators)]
            text = muster(options, url, server, *arguments)
            check(url, options.count)
        found = re.search(r"dispatched and committed\s+(\d+)/s", text)
        figures["Muster" if coordinators == 1 else f"Muster, {coordinators} coordinators"] = float(found[1])
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", required=True, help="the muster-bench binary")
    parser.add_argument("--muster", required=True, help="the muster binary")
    parser.add_argument("--count", type=int, default=1_000_000, help="Muster's tasks")
    parser.add_argument("--peer-count", type=int, default=50_000, help="the peers' tasks; they are slower")
    parser.add_argument("--coordinators", type=int, nargs="+", default=[1, 2])
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[1_000, 100_000, 1_000_000], help="rows in the tables for the claims"
    )
    parser.add_argument("--long", action="store_true", help="claims from tables of 10,000,000 rows too")
    parser.add_argument("--only", choices=["muster", "peers", "claims"], help="one part of it")
    options = parser.parse_args()
    ours, peers = {}, {}
    if options.only in (None, "muster"):
        ours = burn(options)
    if options.only in (None, "peers"):
        peers = peer_celery.main(options.peer_count)
        with postgres() as (url, _):
            peers |= peer_skip_locked.main(url, options.peer_count)
    for name, figure in ours.items():
        for peer, other in peers.items():
            report(f"{name} / {peer}", f"{figure / other:.2f}")
    if options.only in (None, "claims"):
        claims.main(options.sizes + [10_000_000] * options.long, lambda *arguments: muster(options, *arguments, show=False))


if __name__ == "__main__":
    sys.exit(main())
