"""One of two coordinators dies, then the database, then the other coordinator: what runs goes on."""

import time

import processes
from bench import check, until

HEARTBEAT = 3

LONG = """#!/bin/sh
# Notes its process, and when its program ended.
read -r seconds
echo $$ >"$CRASH_NOTES/$MUSTER_TASK_ID.$MUSTER_ATTEMPT.began"
sleep "$seconds"
echo "$MUSTER_WORKER" >"$CRASH_NOTES/$MUSTER_TASK_ID.$MUSTER_ATTEMPT.ended"
echo "$MUSTER_WORKER"
"""


def runs(bench, identifier):
    until(f"{identifier} runs", lambda: bench.noted(f"{identifier}.1.began"))


def until_at(bench, coordinator, worker, since):
    """Waits until the worker is connected to this coordinator; how long that took."""
    def connected():
        return bench.database.rows(f"""
            SELECT FROM muster.session s JOIN muster.coordinator c ON c.id = s.coordinator
            WHERE s.name = '{worker}' AND s.connected AND c.address = '{bench.addresses[coordinator]}'""")
    until(f"{worker} is connected to {coordinator}", connected)
    return time.monotonic() - since


def scenario(bench, report):
    bench.configure({"long": {"executor": [bench.script("long", LONG)]}}, heartbeat=f"{HEARTBEAT}s")
    bench.database.start()
    bench.start_coordinator("c1")
    bench.start_coordinator("c2")
    bench.start_worker("a", first="c1", connected=True)
    bench.start_worker("b", first="c2", slots=1, connected=True)

    # What a runs at c1 is cancelled at c2.
    bench.submit("cancelled", "long", "86393")
    runs(bench, "cancelled")
    program = processes.identity(int(bench.noted("cancelled.1")["cancelled.1.began"]))
    began = time.monotonic()
    bench.through("c2", "task", "cancel", "cancelled")
    until("its program is stopped", lambda: not processes.lives(program), 5)
    stopped = time.monotonic() - began

    for identifier in ("long-1", "long-2", "long-3"):
        bench.submit(identifier, "long", "10")
    until("all three run", lambda: len(bench.noted("long-")) == 3)
    bench.coordinators["c1"].kill()
    first = until_at(bench, "c2", "a", time.monotonic())
    check(first < HEARTBEAT, f"a has come to the other coordinator only after {first:.1f} s")
    bench.start_coordinator("c1")

    bench.database.kill()
    def away():
        return all(bench.through(c, "coordinator", "status")["store_away"] for c in bench.addresses)
    until("both say that the database is away", away)
    refused = bench.call("submit", "--kind", "long", "--input", "0", "--id", "refused")
    check(refused.returncode == 1 and "does not answer" in refused.stderr, f"a submission was answered with {refused}")
    bench.database.start()
    bench.until_sound()

    bench.coordinators["c2"].kill()
    second = max(until_at(bench, "c1", worker, time.monotonic()) for worker in ("a", "b"))
    check(second < HEARTBEAT, f"they have come to the other coordinator only after {second:.1f} s")
    check(len([n for n in bench.noted("long-") if n.endswith(".ended")]) < 3, "all were finished too early to tell")
    bench.start_coordinator("c2")
    tasks = bench.until_ended(["long-1", "long-2", "long-3"])
    for identifier in ("long-1", "long-2", "long-3"):
        shown = bench.show(identifier)
        noted = sorted(bench.noted(identifier))
        check(tasks[identifier]["state"] == "done" and shown["attempts"] == 1
              and noted == [f"{identifier}.1.began", f"{identifier}.1.ended"],
              f"{identifier} was begun more than once: {shown}, {noted}")
        check(bench.succeed("task", "result", identifier).strip() == shown["worker"], f"{identifier} has another's result")
    bench.until_sound()
    bench.all_leave()
    report(f"a cancellation through the other coordinator stopped the program after {stopped:.1f} s; kill -9 of one "
           f"coordinator, of PostgreSQL and of the other coordinator: workers were at the next after {first:.1f} and "
           f"{second:.1f} s, and what ran was finished in its first attempt")
