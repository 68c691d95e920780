"""Records the peers of a release, for later releases to be tested with: `Tests/Python/run --record v1` writes recorded/v1.

A coordinator, workers and commands of the program talk through a relay, which writes down every message that they send.
Later releases replay what is recorded (test_recorded.py), each side against their own other side. What each file holds is in
support/recording.py.

The messages are as they came, but for what names the machine, which the relay replaces on its way: the store's file in
the coordinator's status, and the host that a client of the original protocol registers.
"""

import os
import re
import shutil
import socket
import sys

import cluster_pb2
import muster_pb2 as pb

from support.clients import PATIENCE, User
from support.coordinator import Coordinator, until
from support.frozen import TODAY
from support.process import Worker, command
from support.recording import FOLDER, Recording, calls, pack, unpack
from support.relay import Log, Relay

VERIFIED = """\
  checked:
    executor: [sh, -c, "printf p; cat"]
    verifier: [./verify, "{input}", "{result}"]
"""
KINDS = """\
kinds:
  copy:
    executor: [cat]
  tell:
    executor: [sh, -c, "echo \\"attempt $MUSTER_ATTEMPT\\" >&2; cat"]
  fail:
    executor: [sh, -c, "echo no such luck >&2; exit 3"]
    maxAttempts: 1
  later:
    executor: [sh, -c, "[ $MUSTER_ATTEMPT -gt 1 ] || exit 75; cat"]
    backoff: 10ms
  nap:
    executor: [sh, -c, "echo begin >&2; sleep $(cat); echo rested"]
  slow:
    executor: [sleep, "30"]
    timeout: 200ms
    maxAttempts: 1
"""
# Only the coordinator has a program for it, which a worker that accepts kinds learns from the welcome.
GIVEN = """\
  given:
    executor: [sh, -c, "echo given; cat"]
    environment: [HOME]
"""
# Long enough that a replay on a busy machine is not taken for dead, and short enough that one comes while a task naps.
HEARTBEAT = "heartbeat: 2s\n"

# Over 64 KiB and not a whole number of pieces; no two pieces are alike, and it is short when deflated.
LARGE = b"".join(b"%d " % (n // 300) * 5 for n in range(15_000))


def scrub(method, side, raw):
    """Replaces what names the machine."""
    if method == "/muster.v1.Muster/GetStatus" and side == "server":
        message = pb.GetStatusResponse.FromString(raw)
        message.store = "SQLite in muster.db"
    elif method == "/cluster.Cluster/Register" and side == "client":
        message = cluster_pb2.RegisterRequest.FromString(raw)
        message.hostname = "host-1"
    else:
        return raw
    return message.SerializeToString()


class Bench:
    """A coordinator, a relay before it, and what was heard there."""

    def __init__(self, configuration, **header):
        self.coordinator = Coordinator(configuration)
        self.user = User(self.coordinator)
        self.log = Log()
        self.relay = Relay(self.coordinator.address, self.log, scrub)
        status = self.user.stub.GetStatus(pb.GetStatusRequest(), timeout=PATIENCE)
        self.header = {
            "protocol": status.protocol.highest, "build": status.build, "coordinator": configuration, **header}

    def submit(self, **task):
        spec = pb.TaskSpec(**task)
        self.log.do("submit", **pack(spec.SerializeToString()))
        answer = self.user.stub.SubmitTasks(pb.SubmitTasksRequest(tasks=[spec]), timeout=PATIENCE).answers[0]
        assert not answer.HasField("problem"), answer.problem.message

    def ended(self, *ids):
        for id in ids:
            until(lambda: self.user.state(id) in ("done", "failed", "cancelled"), f"task {id} has ended", 40)

    def check(self, *ids):
        """Writes down what became of these tasks."""
        for id in ids:
            self.log.do("check", **pack(self.user.task(id).SerializeToString()))

    def heard(self, method, of_class):
        """What clients have sent so far."""
        named = {e["call"]: e["method"] for e in self.log.events if "method" in e}
        return [
            of_class.FromString(unpack(e)) for e in list(self.log.events)
            if e.get("from") == "client" and "end" not in e and named[e["call"]] == method]

    def keep(self, folder, name):
        self.relay.stop()
        self.user.close()
        self.coordinator.stop()
        refuse_what_names_the_machine(self.log.events)
        Recording.write(folder / f"{name}.jsonl", self.header, self.log.events)
        print(f"recorded {name}: {len(calls(self.log.events))} calls, {(folder / f'{name}.jsonl').stat().st_size} bytes")


def refuse_what_names_the_machine(events):
    said = [str({k: v for k, v in e.items() if k not in ("base64", "deflated")}).encode() for e in events]
    said += [raw for e in events if (raw := unpack(e)) is not None]
    words = {socket.gethostname(), os.getcwd(), os.path.expanduser("~"), os.environ["TMPDIR"]} - {"/", "localhost"}
    for word in words:
        if re.search(rb"\b%s\b" % re.escape(word.encode()), b"\n".join(said)):
            sys.exit(f"record_peers: a message names this machine: {word}")


def record_worker(folder):
    """One worker: every outcome that it can report but for want of memory, a cut connection, a drain, a goodbye."""
    files = {"worker.yaml": KINDS + VERIFIED}
    kinds = [*re.findall(r"^  (\w+):$", KINDS + VERIFIED, re.M), "given"]
    arguments = [
        "-c", "worker.yaml", "--name", "bench-1", "--slots", "2", "--memory", "1GiB", "--kinds", ",".join(kinds),
        "--accept-kinds"]
    bench = Bench(HEARTBEAT + KINDS + VERIFIED + GIVEN, worker=files, arguments=arguments)
    worker = Worker(*arguments, "--coordinator", bench.relay.address, files=files)
    try:
        until(lambda: "bench-1" in bench.user.workers(), "the worker is there")

        def started():
            heard = bench.heard("/muster.v1.Muster/Work", pb.WorkerFrame)
            return sum(len(frame.batch.started) for frame in heard)

        def until_one_more_starts(before):
            until(lambda: started() > before, "the task has started")

        for id, kind, input in [
            ("copied", "copy", b"one"), ("empty", "copy", b""), ("told", "tell", b"two"), ("failed", "fail", b"three"),
            ("again", "later", b"four"), ("late", "slow", b"five"), ("valid", "checked", b"six"),
            ("taught", "given", b"seven"), ("large", "copy", LARGE),
        ]:
            bench.submit(id=id, kind=kind, input=input)
            bench.ended(id)
        # Two at once.
        bench.submit(id="left", kind="nap", input=b"0.3")
        bench.submit(id="right", kind="nap", input=b"0.3", priority=3, labels={"side": "right"})
        bench.ended("left", "right")
        # Called off while it runs.
        before = started()
        bench.submit(id="stopped", kind="nap", input=b"30")
        until_one_more_starts(before)
        bench.log.do("cancel", id="stopped")
        bench.user.stub.CancelTasks(pb.TaskIdsRequest(ids=["stopped"]), timeout=PATIENCE)
        until(lambda: not bench.user.workers()["bench-1"].running, "it was stopped")
        # Its connection breaks while it is at work; it comes back and brings the result.
        before = started()
        bench.submit(id="kept", kind="nap", input=b"3.5")
        until_one_more_starts(before)
        bench.relay.cut()
        bench.ended("kept")
        # Sent away while it is at work: it finishes, and leaves.
        before = started()
        bench.submit(id="last", kind="nap", input=b"1")
        until_one_more_starts(before)
        bench.log.do("drain", name="bench-1")
        bench.user.stub.DrainWorker(pb.WorkerRequest(name="bench-1"), timeout=PATIENCE)
        assert worker.wait() == 0, worker.messages
        until(lambda: "bench-1" not in bench.user.workers(), "the worker has left")
        bench.check(
            "copied", "empty", "told", "failed", "again", "late", "valid", "taught", "large", "left", "right", "stopped",
            "kept", "last")
    except BaseException:
        print(worker.messages, file=sys.stderr)
        raise
    finally:
        worker.stop()
    bench.keep(folder, "worker")


# A command line a line. `large` and `lines` are files of the folder where they run.
COMMANDS = """\
coordinator status --output json
kind list --output json
worker list --output json
submit --kind copy --input twelve --id first
task wait first --output json
task result first
submit --kind copy --input thirteen --id second --wait
submit --kind tell --input fourteen --id told --wait
task logs told
task logs told --follow --attempt 1
submit --kind fail --input fifteen --id failed --wait
submit --kind later --input sixteen --id again --wait --max-attempts 4
submit --kind copy --input-file large --id large
task wait large --output json
task result large
submit --kind nobody --input 1 --id idle --priority 5 --label team=blue
submit --kind nobody --input 1 --id after --after idle --slots 2 --memory 1GiB --gpus 1
submit --kind nobody --input 2 --id idle
submit --kind nobody --input 1 --id first
task list --output json
task list --state queued --label team=blue --output json
task list --kind copy --limit 2 --oldest-first --output json
task count --output json
task show failed --output json
task why idle --output json
task show nobody-has-this --output json
task result idle
task cancel idle first nobody-has-this --output json
task wait idle failed --output json
task retry idle --output json
task adopt --older-than 1h
run --kind copy --inputs lines --output - --name batch --label team=red --quiet
worker show bench-1 --output json
worker resume bench-1 --output json
worker drain nobody-has-this
worker drain bench-1 --output json
"""


def record_user(folder):
    """What people and programs do who hand in work: the commands, while one worker is there."""
    files = {"large": LARGE.decode(), "lines": "alpha\nbeta\ngamma\n"}
    worker_files = {"worker.yaml": KINDS}
    arguments = ["-c", "worker.yaml", "--name", "bench-1", "--slots", "2", "--memory", "1GiB"]
    packed = {name: pack(text.encode()) for name, text in files.items()}
    bench = Bench(HEARTBEAT + KINDS, worker=worker_files, arguments=arguments, files=packed)
    worker = Worker(*arguments, "--coordinator", bench.coordinator.address, files=worker_files)
    try:
        until(lambda: "bench-1" in bench.user.workers(), "the worker is there")
        for name, text in files.items():
            (bench.coordinator.folder / name).write_text(text)
        for line in COMMANDS.splitlines():
            words = line.split()
            bench.log.do("command", arguments=words)
            status, printed, _ = command(
                bench.coordinator.folder, *words, "--coordinator", bench.relay.address)
            if words[-2:] == ["--output", "json"]:
                # Where it was asked is no part of what it was answered.
                printed = printed.replace(bench.relay.address.encode(), b"COORDINATOR")
            bench.log.do("printed", status=status, **pack(printed))
        assert worker.wait() == 0, worker.messages
    except BaseException:
        print(worker.messages, file=sys.stderr)
        raise
    finally:
        worker.stop()
    bench.keep(folder, "user")


def record_original(folder):
    """A client of the prover cluster's protocol: no work, a good proof, a bad one."""
    client = "upstream: http://ADDRESS\npoll_interval: 300\ncircuit: block\n"
    kinds = "kinds:\n  block:\n    executor: [sh, -c, \"grep -q bad && printf junk || (printf p; cat {input})\"]\n"
    verifier = "    verifier: [./verify, \"{input}\", \"{result}\"]\n    lease: 1s\n    backoff: 10ms\n"
    files = {"client.yaml": client, "muster.yaml": kinds}
    arguments = ["--client-config", "client.yaml"]
    bench = Bench(kinds + verifier, worker=files, arguments=arguments)
    started = {**files, "client.yaml": client.replace("ADDRESS", bench.relay.address)}
    worker = Worker(*arguments, files=started)
    try:
        def heard(method, of_class):
            return len(bench.heard(f"/cluster.Cluster/{method}", of_class))

        until(lambda: heard("PollTask", cluster_pb2.PollTaskRequest) > 1, "the client has found no work")
        bench.submit(id="block-1", kind="block", input=b'{"x": 1}')
        bench.ended("block-1")
        bench.submit(id="block-2", kind="block", input=b'{"x": 2}')
        bench.ended("block-2")
        bench.submit(id="block-3", kind="block", input=b'{"x": "bad"}', max_attempts=1)
        bench.ended("block-3")
        until(lambda: heard("SubmitProof", cluster_pb2.SubmitProofRequest) == 3, "the client has sent three proofs")
    except BaseException:
        print(worker.messages, file=sys.stderr)
        raise
    finally:
        worker.stop()
    bench.check("block-1", "block-2", "block-3")
    bench.keep(folder, "original")


def main(version):
    folder = FOLDER / version
    if (folder / "worker.jsonl").exists():
        sys.exit(f"record_peers: {folder} is recorded already, and what was released does not change; remove it first")
    folder.mkdir(parents=True, exist_ok=True)
    for proto in TODAY.glob("*.proto"):
        shutil.copyfile(proto, folder / proto.name)
    for record in (record_worker, record_user, record_original):
        record(folder)
