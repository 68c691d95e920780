"""SIGTERM and SIGINT: what leaves finishes what it has begun, or, told twice, ends at once."""

import signal
import time

import processes
from bench import Failure, check, until
from store import Store

WORK = """#!/bin/sh
read -r seconds
echo $$ >"$CRASH_NOTES/$MUSTER_TASK_ID.$MUSTER_ATTEMPT"
[ "$seconds" = 0 ] || sleep "$seconds"
echo "$MUSTER_WORKER"
"""


def handed_over_ahead(bench, part):
    """Brings worker a to hold tasks that it has not begun: the names of all in line; None if it does not come to that,
    as on a machine on which nothing is quick."""
    with open(f"{bench.root}/quick", "w") as file:
        file.write("0\n" * 50)
    bench.succeed("run", "--kind", "work", "--inputs", f"{bench.root}/quick", "--output", f"{bench.root}/quick.{part}",
                  "--name", f"quick-{part}", "--quiet")
    slow = [f"slow-{part}{letter}" for letter in "abcdef"]
    for identifier in slow:
        bench.submit(identifier, "work", "1")
    # A worker asks for more when something ends.
    until("the second of the slow ones runs", lambda: len(bench.noted(f"slow-{part}")) == 2)
    if any(not held["started"] for held in bench.worker("a")["running"]):
        return slow
    bench.succeed("task", "cancel", *slow)
    return None


def worker_drains(bench, report):
    coordinator = bench.start_coordinator()
    a = bench.start_worker("a", slots=1, connected=True)
    for part in range(5):
        if slow := handed_over_ahead(bench, part):
            break
    else:
        raise Failure("tasks that follow quick ones were never handed over ahead, so that none could be handed back")
    a.leaves()
    tasks = bench.tasks()
    begun = sorted(bench.noted(slow[0][:-1]))
    done = [i for i in slow if tasks[i]["state"] == "done"]
    check(sorted(f"{i}.1" for i in done) == begun, f"of {begun}, which had begun, {done} are done")
    for identifier in slow:
        shown = bench.show(identifier)
        check(identifier in done or shown["state"] == "queued", f"{identifier} was not handed back: {shown}")
    b = bench.start_worker("b", slots=6)
    tasks = bench.until_ended(slow)
    check(all(tasks[i]["state"] == "done" for i in slow), f"not all are done: {tasks}")
    check(len(bench.noted(slow[0][:-1])) == len(slow), f"some were begun twice: {sorted(bench.noted('slow-'))}")
    b.leaves()
    coordinator.leaves()
    store = Store(bench)
    store.check_commits()
    returned = sum(store.tasks[i]["handouts"] - 1 for i in slow)
    check(returned > 0, "nothing was handed back")
    used = {i: store.tasks[i]["failures"] for i in slow if store.tasks[i]["failures"]}
    check(not used, f"what was handed back has used up attempts: {used}")
    report(f"SIGTERM of a worker: it finished the {len(done)} that had begun and handed back {returned} unused; status 0")


def up_leaves(bench, report):
    def up():
        daemon = bench.start("up", "up", "--workers", "1", "--slots", "2", "--state", bench.state, "--listen",
                             f"127.0.0.1:{bench.port}", "--http", "none")
        bench.wait_for(daemon)
        return daemon

    daemon = up()
    bench.submit("never", "work", "86395", "--slots", "3")  # Fits no worker here.
    bench.submit("first", "work", "0")
    bench.submit("last", "work", "1.5")
    follower = bench.start("follower", "task", "wait", "first", "last", "never")
    until("a client follows", lambda: "first done" in follower.said())
    until("the last runs", lambda: bench.noted("last."))
    began = time.monotonic()
    daemon.signal(signal.SIGINT)
    status = daemon.ends(30)
    check(status == 0, f"SIGINT of 'up': status {status}: {daemon.said()}")
    took = time.monotonic() - began
    check(follower.runs(), f"the client that follows has ended: {follower.said()}")
    daemon = up()
    check(bench.tasks()["last"]["state"] == "done", "what ran was not finished")
    bench.succeed("task", "cancel", "never")
    check(follower.ends() == 1 and "never cancelled" in follower.said(), f"the client that follows: {follower.said()}")
    report(f"SIGINT of 'up' while a client follows: what ran was finished, status 0, {took:.1f} s; the client went on with "
           "the coordinator after it")

    bench.submit("endless", "work", "86394")
    until("it runs", lambda: bench.noted("endless."))
    of_it = daemon.of_it()
    daemon.signal(signal.SIGINT)
    until("it drains", lambda: "a second" in daemon.said())
    check(daemon.runs(), "it did not wait for what runs")
    daemon.signal(signal.SIGINT)
    status = daemon.ends(5)
    check(status == 130, f"SIGINT twice: status {status}")
    until("nothing of it is left", lambda: not (any(map(processes.lives, of_it)) or processes.marked(daemon.mark)), 10)
    report("SIGINT twice: ended at once with status 130, and no process was left")


def scenario(bench, report):
    bench.configure({"work": {"executor": [bench.script("work", WORK)]}})
    worker_drains(bench, report)
    up_leaves(bench, report)
