"""kill -9 of workers in the middle of tasks."""

import time

import processes
from bench import check, until
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


class Crew:
    """Three workers, of which one is killed now and then and another takes its place."""

    def __init__(self, bench):
        self.bench, self.number, self.hits = bench, 3, 0
        self.names = ["w1", "w2", "w3"]
        self.workers = {name: bench.start_worker(name, connected=True) for name in self.names}

    def kill_one(self):
        name = self.bench.random.choice(self.names)
        worker = self.workers.pop(name)
        worker.must_run()
        of_it = worker.of_it()
        # The keeper is what ends the executors; in one of four cases it is killed as well.
        keeper = self.bench.random.random() < 0.25
        if keeper:
            for process in of_it:
                if processes.parent(process[0]) == worker.pid:
                    processes.kill(process)
        worker.kill()
        self.hits += len(of_it) > 1
        # Sometimes the same name comes back at once, sometimes another.
        if self.bench.random.random() < 0.5:
            self.names.remove(name)
            self.number += 1
            name = f"w{self.number}"
            self.names.append(name)
        self.workers[name] = self.bench.start_worker(name)
        until_gone(worker, of_it, "and its keeper " if keeper else "")


def until_gone(worker, of_it, also=""):
    def gone():
        return not [p for p in of_it if processes.lives(p)] and not processes.marked(worker.mark)
    try:
        until("none of its processes is left", gone, 10)
    except Exception as error:
        left = [processes.describe(p) for p in of_it if processes.lives(p)]
        raise type(error)(f"{worker.name} {also}was killed; these outlive it: {left}") from None


def scenario(bench, report):
    forms = {"plain": PLAIN, "setsid": SETSID, "stubborn": STUBBORN, "poison": POISON}
    kinds = {name: {"executor": [bench.script(name, text)], "maxAttempts": 1000, "backoff": "50ms"}
             for name, text in forms.items()}
    kinds["poison"]["maxAttempts"] = 3
    bench.configure(kinds)
    coordinator = bench.start_coordinator()
    crew = Crew(bench)
    identifiers = []
    for number in range(48):
        kind = bench.random.choice(["plain", "setsid", "stubborn"])
        identifiers.append(f"{kind}-{number}")
        bench.submit(identifiers[-1], kind, f"{bench.random.uniform(0.2, 1):.2f}")
    kills = 0
    while kills < 10:
        time.sleep(bench.random.uniform(0.2, 0.9))  # The instant of the kill; nothing is waited for.
        crew.kill_one()
        kills += 1
    tasks = bench.until_ended(identifiers)
    for identifier in identifiers:
        check(tasks[identifier]["state"] == "done", f"{identifier} is {tasks[identifier]}")
    check(crew.hits > 0, "no kill hit a worker with a task")

    # A task that kills whoever runs it.
    for name in crew.names:
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
    check([a["outcome"] for a in shown["history"]] == ["lost"] * 3, f"the poison task's attempts are {shown['history']}")
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
    check(lost >= 3 + (crew.hits > 1), f"only {lost} attempts are on record as lost")
    report(f"{kills + 3} times kill -9 of a worker: all {len(identifiers)} tasks done, {lost} attempts that were cut off are "
           "on record as lost, no program outlived its worker (setsid, emptied environment and ignored SIGTERM included), "
           "a task that ends its workers failed after 3 attempts")
