"""A disk that fills, that cannot be written, and a store that is damaged."""

import json
import os
import shutil
import subprocess

from bench import Skip, check, until
from store import DONE, Store

WORK = """#!/bin/sh
wc -c <"$MUSTER_INPUT"
"""


def mount(bench, folder, *options):
    os.makedirs(folder, exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", *options, "muster-crash", folder], capture_output=True, text=True)
    if done.returncode != 0:
        raise Skip(f"a small file system cannot be mounted here ({done.stderr.strip()})")
    bench.cleanups.append(lambda: subprocess.run(["umount", "-l", folder], check=False))


def refusal(bench, arguments, words):
    """The coordinator must not start, and say why."""
    daemon = bench.start("refused", "up", "--workers", "0", *arguments, "--http", "none", "--listen", "127.0.0.1:0")
    status, said = daemon.ends(20), daemon.said()
    check(status == 1 and words in said and said.startswith("error: "),
          f"'{words}' was to be said, with status 1; it is {status}: {said}")


def damaged(bench):
    """Files that are no store, or were one."""
    bench.start_coordinator().leaves()
    with open(f"{bench.state}/muster.db", "rb") as file:
        # The first page stays, so that it still looks like a store.
        torn = file.read(4096) + bench.random.randbytes(len(file.read()))
    for name, content in (
            ("garbage", bench.random.randbytes(65536)), ("text", b"not a database\n" * 300), ("torn", torn)):
        state = f"{bench.root}/{name}"
        os.mkdir(state)
        with open(f"{state}/muster.db", "wb") as file:
            file.write(content)
        refusal(bench, ["--state", state], "damaged or not a muster store")
        if name != "torn":
            with open(f"{state}/muster.db", "rb") as file:
                check(file.read() == content, f"a file that is no store ({name}) was changed")


def scenario(bench, report):
    bench.configure({"size": {"executor": [bench.script("size", WORK)]}})
    damaged(bench)
    report("files that are no store, and a damaged one: refused with a sentence and status 1; the former left unchanged")
    if os.geteuid() != 0:
        raise Skip("a disk that fills needs root, to mount a small file system")
    readonly = f"{bench.root}/readonly"
    mount(bench, readonly, "-o", "ro,size=1m")
    refusal(bench, ["--state", readonly], readonly)
    report("a state folder that cannot be written: refused with a sentence and status 1")

    shutil.rmtree(bench.state)
    mount(bench, bench.state, "-o", "size=16m")
    ballast = f"{bench.state}/ballast"
    with open(ballast, "wb") as file:
        file.write(bytes(8 << 20))
    coordinator = bench.start_coordinator()
    worker = bench.start_worker("a", connected=True)
    # Small ones stand in the database, large ones in files beside it.
    sizes = [bench.random.choice([100, 90_000, 300_000]) for _ in range(400)]
    for size in set(sizes):
        with open(f"{bench.root}/{size}", "wb") as file:
            file.write(bench.random.randbytes(size))
    acknowledged, refused, before = {}, 0, 0

    def submit(number):
        size = sizes[number]
        done = bench.call("submit", "--kind", "size", "--id", f"t{number}", "--input-file", f"{bench.root}/{size}")
        if done.returncode == 0:
            acknowledged[f"t{number}"] = size
            return True
        check(done.returncode == 1 and "no room on the disk" in done.stderr, f"a full disk is told as: {done.stderr}")
        return False

    def missing():
        tasks = bench.tasks()
        return [i for i in acknowledged if i not in tasks or tasks[i]["input_size"] != acknowledged[i]]

    number = 0
    while refused < 8:
        check(number < len(sizes), "the disk does not fill")
        refused += not submit(number)
        before += refused == 0
        number += 1
    check(not missing(), f"acknowledged and not there: {missing()}")
    told = bench.call("submit", "--kind", "size", "--input-file", f"{bench.root}/300000", "--output", "json")
    check(json.loads(told.stderr)["error"]["code"] == "store_full", f"a full disk is told to programs so: {told.stderr}")
    coordinator.must_run()
    os.unlink(ballast)
    until("it takes tasks again", lambda: submit(number))
    after = [submit(n) for n in range(number + 1, number + 6)]
    check(all(after), "a submit was refused after space had been freed")
    # Else they would keep the disk full.
    large = sum(size == 300_000 for size in acknowledged.values())
    until("the inputs of what was refused are removed", lambda: len(os.listdir(f"{bench.state}/payloads")) == large)
    coordinator.kill()
    coordinator = bench.start_coordinator()
    check(not missing(), f"after a restart these are not there: {missing()}")
    tasks = bench.until_ended(list(acknowledged))
    for identifier, size in acknowledged.items():
        check(tasks[identifier]["state"] == "done", f"{identifier} is {tasks[identifier]}")
    worker.leaves()
    coordinator.leaves()
    store = Store(bench)
    store.check_commits()
    check(all(store.tasks[i]["state"] == DONE for i in acknowledged), "a task is not done in the store")
    report(f"a disk that filled after {before} submits: {refused} refused with the reason, taken again without a restart "
           f"when there was room, all {len(acknowledged)} acknowledged there after kill -9, and done")
