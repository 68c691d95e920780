"""kill -9 of workers in the middle of tasks."""

import json
import time

import processes
from bench import Failure, check, until
from store import FAILED, Store

# What an executor may do to outlive its worker. Each notes its process and that of its child.
NOTE = """#!/bin/sh
read -r seconds
note() { echo "$2" >"$CRASH_NOTES/$MUSTER_TASK_ID.$MUSTER_ATTEMPT.$1"; }
note main $$
"""
PLAIN = NOTE + 'sleep "$seconds"; echo "$MUSTER_TASK_ID"\n'
SETSID = NOTE + """setsid sh -c 'echo $$ >"$CRASH_NOTES/$MUSTER_TASK_ID.$MUSTER_ATTEMPT.child"; exec sleep 86399' &
env -i PATH="$PATH" setsid sleep 86398 &
sleep "$seconds"; echo "$MUSTER_TASK_ID"
"""
STUBBORN = NOTE + """trap '' TERM INT HUP
sleep "$seconds"; echo "$MUSTER_TASK_ID"
"""
POISON = NOTE + "sleep 86397\n"


PER_FORM = 14


class Crew:
    """Three workers, of which one is killed now and then and another takes its place."""

    def __init__(self, bench):
        self.bench, self.number, self.hits, self.keepers = bench, 3, 0, 0
        self.names = ["w1", "w2", "w3"]
        self.workers = {name: bench.start_worker(name, connected=True) for name in self.names}

    def kill_one(self):
        name = self.bench.random.choice(self.names)
        worker = self.workers.pop(name)
        worker.must_run()
        of_it = worker.of_it()
        # The keeper is what ends the executors; in one of four cases it is killed as well.
        keeper_too = self.bench.random.random() < 0.25
        if keeper_too:
            for process in of_it:
                if processes.parent(process[0]) == worker.pid:
                    processes.kill(process)
        worker.kill()
        self.hits += len(of_it) > 1  # More than its keeper.
        # Sometimes the same name comes back at once, sometimes another.
        if self.bench.random.random() < 0.5:
            self.names.remove(name)
            self.number += 1
            name = f"w{self.number}"
            self.names.append(name)
        self.workers[name] = self.bench.start_worker(name)
        if keeper_too:
            # The next worker finds them by their environment. One that has emptied its own is out of reach.
            self.keepers += 1
            until("those with an environment are gone", lambda: not processes.marked(worker.mark), 10)
            for process in of_it:
                processes.kill(process)
        else:
            until_gone(worker, of_it)


def until_gone(worker, of_it):
    def left():
        return {p for p in of_it if processes.lives(p)} | set(processes.marked(worker.mark))
    try:
        until("they are gone", lambda: not left(), 10)
    except Failure:
        outlived = [processes.describe(process) for process in left()]
        raise Failure(f"{worker.name} was killed; these outlive it: {outlived}") from None


def scenario(bench, report):
    forms = {"plain": PLAIN, "setsid": SETSID, "stubborn": STUBBORN, "poison": POISON}
    kinds = {name: {"executor": [bench.script(name, text)], "maxAttempts": 1000, "backoff": "50ms"}
             for name, text in forms.items()}
    kinds["poison"]["maxAttempts"] = 3
    bench.configure(kinds)
    coordinator = bench.start_coordinator()
    crew = Crew(bench)
    batches = {}
    for kind in ("plain", "setsid", "stubborn"):
        with open(f"{bench.root}/{kind}.inputs", "w") as file:
            file.writelines(f"{bench.random.uniform(0.2, 1):.2f}\n" for _ in range(PER_FORM))
        batches[kind] = bench.start(
            f"batch-{kind}", "run", "--quiet", "--kind", kind, "--inputs", f"{bench.root}/{kind}.inputs",
            "--output", f"{bench.root}/{kind}.outputs")
    kills = 0
    until("tasks run", lambda: bench.noted())
    end = time.monotonic() + 120
    while any(batch.runs() for batch in batches.values()):
        check(time.monotonic() < end, "the batches take too long")
        time.sleep(bench.random.uniform(0.2, 0.9))  # The instant of the kill; nothing is waited for.
        crew.kill_one()
        kills += 1
    for kind, batch in batches.items():
        with open(f"{bench.root}/{kind}.outputs") as file:
            lines = [json.loads(line) for line in file]
        check(batch.process.returncode == 0 and sorted(line["line"] for line in lines) == list(range(1, PER_FORM + 1)),
              f"of {PER_FORM} tasks there are {len(lines)} results: {batch.said()}")
        wrong = [line for line in lines if line["result"] != line["id"] + "\n"]
        check(not wrong, f"another's result: {wrong}")

    # A task that kills whoever runs it.
    for name in crew.names:
        # One that has just been started does not yet hear the signal that asks it to leave.
        bench.until_connected(name)
        crew.workers.pop(name).leaves()
    bench.submit("poison", "poison", "0")
    for attempt in range(1, 4):
        worker = bench.start_worker(f"p{attempt}")
        until(f"attempt {attempt} of the poison task runs", lambda: len(bench.noted("poison.")) == attempt)
        bench.until_started(f"p{attempt}", "poison")
        of_it = worker.of_it()
        worker.kill()
        until_gone(worker, of_it)
    bench.until_ended(["poison"])
    shown = bench.show("poison")
    check(shown["state"] == "failed" and shown["attempts"] == 3, f"the poison task is {shown}")
    check([a["outcome"] for a in shown["history"]] == ["lost"] * 3, f"the poison task's attempts: {shown['history']}")
    bench.start_worker("last", connected=True).leaves()  # Sweeps what those whose keeper was killed have left.

    coordinator.leaves()
    store = Store(bench)
    store.check_commits()
    check(store.tasks["poison"]["state"] == FAILED, "the poison task has not failed in the store")
    runs = [name.rsplit(".", 2)[:2] for name in bench.noted() if name.endswith(".main")]
    lost = 0
    for identifier, attempt in runs:
        outcome = store.outcome(identifier, int(attempt))
        check(outcome in ("done", "lost"), f"attempt {attempt} of {identifier} was cut off; its record says {outcome}")
        lost += outcome == "lost"
    check(lost >= 3 + crew.hits / 2, f"{crew.hits} kills hit a worker at work; only {lost} attempts are recorded as lost")
    report(f"{kills + 3} times kill -9 of a worker ({crew.keepers} times of its keeper, too): all {3 * PER_FORM} tasks done, "
           f"{lost} attempts that were cut off are on record as lost, no program outlived its worker (setsid, emptied "
           "environment and ignored SIGTERM included), a task that ends its workers failed after 3 attempts")
