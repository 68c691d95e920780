"""SIGSTOP of a worker past its lease, and SIGCONT when another has its task."""

import signal

import processes
from bench import check, until
from store import Store

# On worker a it is quick, on any other it takes as long as the input says.
WORK = """#!/bin/sh
read -r seconds
echo $$ >"$CRASH_NOTES/$MUSTER_TASK_ID.$MUSTER_ATTEMPT.$MUSTER_WORKER"
[ "$MUSTER_WORKER" = a ] && seconds=0.3
sleep "$seconds"
echo "$MUSTER_WORKER"
"""


def scenario(bench, report):
    work = [bench.script("work", WORK)]
    verifier = ["grep", "-qx", "a", "{result}"]
    bench.configure({"plain": {"executor": work}, "checked": {"executor": work, "verifier": verifier}})
    coordinator = bench.start_coordinator()
    for kind, seconds in (("plain", "0.2"), ("checked", "86396")):
        a = bench.start_worker("a", connected=True)
        bench.submit(kind, kind, seconds)
        until("a runs it", lambda: bench.noted(f"{kind}.1.a"))
        bench.until_started("a", kind)
        a.signal(signal.SIGSTOP)
        try:
            b = bench.start_worker("b")
            until("b runs it", lambda: bench.noted(f"{kind}.2.b"))
            if kind == "plain":
                bench.until_ended([kind])
            else:
                runs = processes.identity(int(bench.noted(f"{kind}.2.b")[f"{kind}.2.b"]))
        finally:
            a.signal(signal.SIGCONT)
        tasks = bench.until_ended([kind])
        check(tasks[kind]["state"] == "done", f"it is {tasks[kind]}")
        bench.until_connected("a")
        if kind == "plain":
            # Drained, so that whatever it had to say has been said and answered.
            a.leaves()
            check(bench.succeed("task", "result", kind) == "b\n", "the stale result was committed")
            check(not tasks[kind]["late"] and tasks[kind]["worker"] == "b", f"it is {tasks[kind]}")
        else:
            check(bench.succeed("task", "result", kind) == "a\n", "the late result was not committed")
            check(tasks[kind]["late"] and tasks[kind]["worker"] == "a", f"it is {tasks[kind]}")
            until("b's attempt is stopped", lambda: not processes.lives(runs), 10)
            a.leaves()
        b.leaves()
    coordinator.leaves()
    store = Store(bench)
    store.check_commits()
    check(store.outcome("plain", 1) == "lost", f"the stale attempt is {store.outcome('plain', 1)}")
    check(store.outcome("checked", 1) == "done", f"the late attempt is {store.outcome('checked', 1)}")
    check(store.outcome("checked", 2) == "overtaken", f"the second attempt is {store.outcome('checked', 2)}")
    report("a worker that was stopped past its lease and went on: its stale result was refused; of a kind with a verifier "
           "it was taken as late, and the second attempt stopped")
