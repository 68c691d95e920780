"""kill -9 of PostgreSQL, of coordinators and of workers at random instants, while batches and single submits come in."""

import json
import os
import signal
import time

from bench import check
from coordinator_killed import Submitter, answer

KINDS = {
    "quick": {"executor": ["sh", "-c", "read -r n; echo $((n * n + 1))"]},
    "checked": {
        "executor": ["sh", "-c", "read -r n; echo $((n * n + 1))"],
        "verifier": ["sh", "-c", 'read -r n <"$1"; read -r r <"$2"; [ $((n * n + 1)) = "$r" ]', "sh", "{input}", "{result}"],
    },
}


class Batch:
    """Inputs of a kind that a client has worked off, and what came of them."""

    def __init__(self, bench, kind, size):
        self.kind, self.numbers = kind, [bench.random.randrange(1, 10**9) for _ in range(size)]
        self.bench, self.again = bench, 0
        self.inputs, self.outputs = f"{bench.root}/{kind}.inputs", f"{bench.root}/{kind}.outputs"
        with open(self.inputs, "w") as file:
            file.writelines(f"{number}\n" for number in self.numbers)
        self.start()

    def start(self):
        """Starts the client; the same command again goes on where the one before ended."""
        self.client = self.bench.start(
            f"batch-{self.kind}", "run", "--kind", self.kind, "--inputs", self.inputs, "--output", self.outputs, "--quiet")

    def runs(self):
        # The gRPC library has assertions that hold in a debug build only, and that a cut connection can violate.
        if self.client.process.poll() == -signal.SIGILL and "GRPCStreamStateMachine" in self.client.said():
            self.again += 1
            self.start()
        return self.client.runs()

    def kill(self):
        if self.runs():
            self.client.kill()
            self.again += 1
            self.start()

    def check(self):
        check(self.client.process.returncode == 0,
              f"the batch ended with {self.client.process.returncode}: {self.client.said()[-2000:]}")
        with open(self.outputs) as file:
            lines = [json.loads(line) for line in file]
        found = {line["line"]: line for line in lines}
        check(len(lines) == len(self.numbers) and sorted(found) == list(range(1, len(self.numbers) + 1)),
              f"{len(self.numbers)} inputs have {len(lines)} result lines, of {len(found)} inputs")
        for number, value in enumerate(self.numbers, 1):
            line = found[number]
            check(line["state"] == "done" and line["result"] == answer(value), f"input {value} has the result {line}")


def kill_one(bench, batches, kills):
    bench.restart_refused()
    victim = bench.random.choice(["database", "c1", "c2", "worker", "worker", "worker", "batch"])
    if victim == "database":
        bench.database.kill()
        time.sleep(bench.random.uniform(0, 1.5))  # How long it is away.
        bench.database.start()
    elif victim == "batch":
        bench.random.choice(batches).kill()
    elif victim == "worker":
        name = bench.random.choice(sorted(bench.crew))
        bench.kill_worker(name)
        # Sometimes the same name comes back at once, sometimes another.
        if bench.random.random() < 0.5:
            name = f"w{len(bench.daemons)}"
        bench.start_worker(name, first=bench.random.choice(["c1", "c2"]))
    else:
        bench.kill_coordinator(victim)
        bench.start_coordinator(victim, ready=False)
    what = "coordinator" if victim in bench.coordinators else victim
    kills[what] = kills.get(what, 0) + 1


def scenario(bench, report):
    tasks = int(os.environ.get("MUSTER_CRASH_TASKS", "4000"))
    for kind in KINDS.values():
        kind |= {"maxAttempts": 1000, "backoff": "50ms"}
    bench.configure(KINDS, heartbeat="1s")
    bench.database.start()
    for name in bench.addresses:
        bench.start_coordinator(name)
    for number, name in enumerate(("w1", "w2", "w3")):
        bench.start_worker(name, first=f"c{number % 2 + 1}", connected=True)
    batches = [Batch(bench, "quick", tasks * 9 // 10), Batch(bench, "checked", tasks // 10)]
    submitter = Submitter(bench)
    submitter.start()
    kills = {}
    try:
        end = time.monotonic() + 60 + tasks / 20
        while any([batch.runs() for batch in batches]):
            check(time.monotonic() < end, f"the batches take too long: {[b.client.said()[-500:] for b in batches]}")
            time.sleep(bench.random.uniform(0.2, 1.2))  # The instant of the kill; nothing is waited for.
            kill_one(bench, batches, kills)
    finally:
        submitter.ending.set()
        submitter.join()
    if submitter.error:
        raise submitter.error
    bench.until_all_listen()
    for batch in batches:
        batch.check()
    # One that was not acknowledged may have been kept; it must then end, too.
    bench.until_ended(list(submitter.acknowledged))
    ended = bench.until_ended(list(bench.tasks()))
    check(all(task["state"] == "done" for task in ended.values()), "a task has ended and is not done")
    for identifier, value in list(submitter.acknowledged.items())[::10]:
        check(bench.succeed("task", "result", identifier) == answer(value), f"{identifier} has a wrong result")
    bench.until_sound()
    bench.restart_refused()
    bench.all_leave()
    again = bench.check_tables()
    kept = bench.database.count("SELECT FROM muster.task")
    check(kept == len(ended), f"{len(ended)} tasks are listed, and the tables hold {kept}")
    told = ", ".join(f"{what} {number}" for what, number in sorted(kills.items()))
    report(f"kill -9, by victims: {told}; within {tasks} tasks of two batches ({sum(b.again for b in batches)} times begun "
           f"again) and {len(submitter.acknowledged)} acknowledged single submits ({submitter.refused} not acknowledged). "
           f"Every input has one result line and it is right, each of the {len(ended)} tasks was committed once ({again} "
           "hand-outs were repeated), nothing is left")
