"""kill -9 of the coordinator at random instants, while a batch and single submits come in."""

import json
import os
import threading
import time

from bench import check, until
from store import DONE, Store

LONG = """#!/bin/sh
# Notes when its program began and ended.
read -r seconds
date +%s.%N >"$CRASH_NOTES/$MUSTER_TASK_ID.$MUSTER_ATTEMPT.began"
sleep "$seconds"
date +%s.%N >"$CRASH_NOTES/$MUSTER_TASK_ID.$MUSTER_ATTEMPT.ended"
echo slept
"""


def answer(number):
    return f"{number * number + 1}\n"


class Submitter(threading.Thread):
    """Submits tasks with ids of its own, one after the other, and notes which were acknowledged."""

    def __init__(self, bench):
        super().__init__()
        self.bench, self.ending = bench, threading.Event()
        self.acknowledged, self.refused, self.error = {}, 0, None

    def run(self):
        number = 0
        try:
            while not self.ending.is_set():
                number += 1
                done = self.bench.call("submit", "--kind", "quick", "--id", f"single-{number}", "--input", str(number))
                if done.returncode == 0:
                    check(done.stdout == f"single-{number}\n", f"submit printed {done.stdout!r} for single-{number}")
                    self.acknowledged[f"single-{number}"] = number
                else:
                    check(done.returncode == 1 and done.stderr.startswith("error: "),
                          f"submit ended with {done.returncode}: {done.stderr}")
                    self.refused += 1
        except Exception as error:  # Told by the main thread.
            self.error = error


def scenario(bench, report):
    tasks = int(os.environ.get("MUSTER_CRASH_TASKS", "5000"))
    quick = {"executor": ["sh", "-c", "read -r n; echo $((n * n + 1))"]}
    bench.configure({"quick": quick, "long": {"executor": [bench.script("long", LONG)]}}, heartbeat="1s")
    inputs, outputs = f"{bench.root}/inputs", f"{bench.root}/outputs"
    numbers = [bench.random.randrange(1, 10**9) for _ in range(tasks)]
    with open(inputs, "w") as file:
        file.writelines(f"{number}\n" for number in numbers)

    coordinator = bench.start_coordinator()
    for name in ("a", "b"):
        bench.start_worker(name, slots=3, connected=True)
    batch = bench.start("batch", "run", "--kind", "quick", "--inputs", inputs, "--output", outputs, "--quiet")
    submitter = Submitter(bench)
    submitter.start()
    long_tasks, kills = [], []
    try:
        end = time.monotonic() + 60 + tasks / 20
        while batch.runs():
            check(time.monotonic() < end, f"the batch takes too long: {batch.said()}")
            if not long_tasks:
                # They are running before the first kill.
                for identifier in ("long-1", "long-2"):
                    bench.submit(identifier, "long", "4")
                    long_tasks.append(identifier)
                until("both long tasks run", lambda: len(bench.noted("long-")) == 2)
            time.sleep(bench.random.uniform(0.3, 1.5))  # The instant of the kill; nothing is waited for.
            coordinator.kill()
            kills.append(time.time())
            coordinator = bench.start_coordinator(ready=False)
    finally:
        submitter.ending.set()
        submitter.join()
    if submitter.error:
        raise submitter.error
    check(batch.process.returncode == 0, f"the batch ended with {batch.process.returncode}: {batch.said()}")
    bench.wait_for(coordinator)

    lines = [json.loads(line) for line in open(outputs)]
    found = {line["line"]: line for line in lines}
    check(len(lines) == tasks and sorted(found) == list(range(1, tasks + 1)),
          f"{tasks} inputs have {len(lines)} result lines, of {len(found)} inputs")
    for number, value in enumerate(numbers, 1):
        line = found[number]
        check(line["state"] == "done" and line["result"] == answer(value), f"input {value} has the result line {line}")

    acknowledged = submitter.acknowledged
    bench.until_ended([*acknowledged, *long_tasks])
    # One that was not acknowledged may have been kept; it must then end, too.
    ended = bench.until_ended(list(bench.tasks()))
    check(all(task["state"] == "done" for task in ended.values()), "a task has ended and is not done")
    for identifier, value in list(acknowledged.items())[::10]:
        check(bench.succeed("task", "result", identifier) == answer(value), f"{identifier} has a wrong result")
    counted = {kind["kind"]: kind for kind in bench.json("task", "count")}
    total = len(ended)
    check(counted["quick"]["states"]["done"] == counted["quick"]["total"] == total - 2, f"the counts are {counted}")
    for identifier in long_tasks:
        shown = bench.show(identifier)
        noted = [f"{identifier}.1.began", f"{identifier}.1.ended"]
        check(shown["attempts"] == 1 and sorted(bench.noted(identifier)) == noted,
              f"a restart of the coordinator threw away the running attempt of {identifier}: {shown}")
        began, finished = (float(bench.noted(identifier)[f"{identifier}.1.{what}"]) for what in ("began", "ended"))
        check(any(began < kill < finished for kill in kills), f"no kill fell into {identifier}")
    coordinator.leaves()
    store = Store(bench)
    store.check_commits()
    check(set(store.tasks) == set(ended), "the list of the tasks is not what the store holds")
    check(all(task["state"] == DONE for task in store.tasks.values()), "a task is not done in the store")
    again = sum(task["handouts"] - 1 for task in store.tasks.values())
    report(f"{len(kills)} times kill -9 of the coordinator within {tasks} tasks of a batch and {len(acknowledged)} "
           f"acknowledged single submits ({submitter.refused} not acknowledged): every input has one result line and "
           f"it is right, each of the {total} tasks was committed once ({again} hand-outs were repeated), both long tasks "
           "kept their first attempt")
