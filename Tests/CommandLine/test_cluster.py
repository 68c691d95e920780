"""Commands with a coordinator and a worker to ask."""

import json
import os
import re
import signal
import unittest
import urllib.request

from program import Folder, Terminal, free_port, until

CONFIGURATION = """
kinds:
  square:
    executor: [sh, -c, 'read -r n; echo "squaring $n" >&2; [ "$n" -gt 0 ] || exit 3; echo $((n * n))']
    maxAttempts: 1
  wait:
    executor: [sh, -c, 'while [ ! -e "$GO" ]; do sleep 0.05; done']
    environment: [GO]
    maxAttempts: 1
  bytes:
    executor: [printf, '\\377\\033[31mred']
    timeout: 60s
"""

TASK = {
    "attempts", "finished_unix_ms", "gpus", "id", "input_size", "kind", "labels", "late", "max_attempts", "memory",
    "priority", "result_size", "slots", "started_unix_ms", "state", "submitted_unix_ms", "worker",
}


def setUpModule():
    global folder, up, address
    folder = Folder(CONFIGURATION)
    unittest.addModuleCleanup(folder.close)
    folder.variables = {"GO": str(folder.path / "go")}
    up = folder.start("up", "--slots", "2", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0")
    unittest.addModuleCleanup(up.close)
    address = up.until_said(r"coordinator +(\S+)\n")[1]
    folder.variables["MUSTER_COORDINATOR"] = address
    until("the worker is connected", lambda: folder.call("worker", "list", "--output", "json").json)


class CommandCase(unittest.TestCase):
    maxDiff = 2000

    def good(self, *arguments, **more):
        done = folder.call(*arguments, **more)
        self.assertEqual(done.status, 0, done)
        return done

    def bad(self, *arguments, status=1, **more):
        done = folder.call(*arguments, **more)
        self.assertEqual(done.status, status, done)
        return done

    def submit(self, id, kind="square", input="12", *more):
        self.assertEqual(self.good("submit", "--kind", kind, "--input", input, "--id", id, *more).out, f"{id}\n")

    def hold(self):
        """From now on tasks of the kind `wait` do not end; not after the test."""
        go = folder.path / "go"
        go.unlink(missing_ok=True)
        self.addCleanup(go.touch)
        return go

    def ended(self, *ids):
        folder.call("task", "wait", *ids, "--timeout", "60s")


class TaskTests(CommandCase):
    def test_submit(self):
        """submit prints an id, or with --wait the result; the same again is the same task"""
        self.assertRegex(self.good("submit", "--kind", "square", "--input", "3").out, r"\A[0-9a-z]{26}\n\Z")
        self.assertEqual(self.good("submit", "--kind", "square", "--input", "3", "--wait").out, "9\n")
        done = self.good("submit", "--kind", "square", "--input-file", "-", "--wait", input="4")
        self.assertEqual(done.out, "16\n")
        told = self.good("submit", "--kind", "square", "--input", "5", "--id", "five", "--output", "json").json
        self.assertEqual(told, {"existing": False, "id": "five", "state": "queued"})
        told = self.good("submit", "--kind", "square", "--input", "5", "--id", "five", "--wait", "--output", "json").json
        self.assertEqual(told, {"attempts": 1, "id": "five", "result": "25\n", "state": "done", "worker": "local-1"})
        taken = self.bad("submit", "--kind", "square", "--input", "6", "--id", "five")
        self.assertEqual(
            taken.err,
            "error: task 'five' exists with another kind, input, needs or dependencies; give this one another id\n")
        failed = self.bad("submit", "--kind", "square", "--input=-1", "--id", "minus", "--wait", "--output", "json")
        self.assertEqual((failed.json["state"], failed.failure["code"]), ("failed", "task_not_done"))
        missing = self.bad("submit", "--kind", "square", "--input-file", "missing")
        self.assertRegex(missing.err, r"\Aerror: [^\n]*missing[^\n]*\n\Z")

    def test_look(self):
        """list, show, why, logs, result and count, for people and for programs"""
        self.submit("look", "square", "12", "--label", "of=look", "--priority=-5")
        self.good("submit", "--kind", "square", "--input=-1", "--id", "look-bad", "--label", "of=look")
        self.ended("look", "look-bad")
        listed = self.good("task", "list", "--label", "of=look", "--output", "json").json
        self.assertEqual([task["id"] for task in listed], ["look-bad", "look"])
        self.assertEqual([task["state"] for task in listed], ["failed", "done"])
        self.assertEqual(set(listed[1]), TASK)
        self.assertEqual(set(listed[0]), TASK | {"error"})
        self.assertEqual((listed[1]["priority"], listed[1]["labels"]), (-5, {"of": "look"}))
        self.assertEqual(
            self.good("task", "list", "--label", "of=look", "--output", "quiet", "--oldest-first").out,
            "look\nlook-bad\n")
        self.assertEqual(self.good("task", "list", "--label", "of=nothing", "--output", "json").json, [])
        rows = self.good("task", "list", "--label", "of=look").out.splitlines()
        self.assertRegex(rows[0], r"^ID +KIND +STATE +ATTEMPTS +WORKER +SUBMITTED +TOOK +ERROR$")
        self.assertRegex(rows[1], r"^look-bad +square +failed +1/1 +local-1 .*it said: squaring -1$")
        shown = self.good("task", "show", "look", "--output", "json").json
        self.assertTrue(TASK <= set(shown) and {"after", "history", "why"} <= set(shown))
        self.assertEqual([(a["number"], a["worker"], a["outcome"]) for a in shown["history"]], [(1, "local-1", "done")])
        self.assertRegex(self.good("task", "show", "look-bad").out, r"(?m)^ +1 +local-1 +failed ")
        self.assertEqual(self.good("task", "why", "look").out, "it is done\n")
        why = self.good("task", "why", "look-bad", "--output", "json").json
        self.assertEqual((why["id"], why["state"], why["why"][0]["code"]), ("look-bad", "failed", "failed"))
        self.assertEqual(self.good("task", "logs", "look").out, "squaring 12\n")
        self.assertEqual(
            self.good("task", "logs", "look", "--output", "json").lines,
            [{"attempt": 1, "dropped": 0, "text": "squaring 12\n"}])
        self.assertEqual(self.good("task", "result", "look").out, "144\n")
        self.assertEqual(self.good("task", "result", "look", "--output", "json").json, {"id": "look", "result": "144\n"})
        none = self.bad("task", "result", "look-bad")
        self.assertEqual(none.err, "error: task 'look-bad' has no result: it is failed\n")
        counts = self.good("task", "count", "--output", "json").json
        square = next(count for count in counts if count["kind"] == "square")
        self.assertEqual(set(square["states"]),
                         {"cancelled", "done", "failed", "queued", "running", "verifying", "waiting"})
        self.assertEqual(sum(square["states"].values()), square["total"])
        self.assertEqual(self.good("task", "list", "--summary", "--output", "json").json, counts)

    def test_unknown(self):
        """a task that is not there is said to be not there, by every command that names one"""
        sentence = "no task has the id 'nobody'; 'muster task list' shows those that there are"
        for command in ("show", "why", "logs", "result", "cancel", "retry"):
            with self.subTest(command=command):
                self.assertIn(f"error: {sentence}", self.bad("task", command, "nobody").err)
        for command in ("show", "why", "logs", "result"):
            with self.subTest(command=command):
                self.assertEqual(self.bad("task", command, "nobody", "--output", "json").failure["code"], "not_found")
        waited = self.bad("task", "wait", "nobody")
        self.assertRegex(waited.err, r"\Aerror: [^\n]*nobody[^\n]*\n\Z")
        changed = self.bad("task", "cancel", "nobody", "--output", "json").json
        self.assertEqual(changed[0]["error"]["code"], "no_such_task")

    def test_change(self):
        """cancel, retry and wait: what changed and what had ended already; ids from standard input"""
        go = self.hold()
        self.submit("done-before")
        self.ended("done-before")
        self.submit("runs", "wait", "")
        until("it runs", lambda: self.good("task", "why", "runs", "--output", "json").json["why"][0]["code"] == "running")
        timeout = self.bad("task", "wait", "runs", "--timeout", "200ms")
        self.assertRegex(timeout.err, r"\Aerror: [^\n]+\n\Z")
        told = self.good("task", "cancel", "runs", "done-before", "--output", "json").json
        self.assertEqual(told, [
            {"changed": True, "id": "runs", "state": "cancelled"}, {"changed": False, "id": "done-before", "state": "done"}])
        waited = self.bad("task", "wait", "runs", "done-before", "--output", "json")
        self.assertEqual({line["id"]: line["state"] for line in waited.lines},
                         {"runs": "cancelled", "done-before": "done"})
        go.touch()
        told = self.good("task", "retry", "-", input="runs\n\n").out
        self.assertRegex(told, r"(?m)^runs +queued again$")
        self.assertEqual(self.good("task", "wait", "runs").out, "runs done\n")
        self.assertEqual(self.good("task", "result", "runs").out, "")

    def test_bytes(self):
        """bytes come untouched into pipes and as base64 into JSON; a terminal is shown escapes and does not obey them"""
        self.submit("raw", "bytes", "")
        self.ended("raw")
        path = folder.path / "raw"
        with open(path, "wb") as file:
            self.assertEqual(folder.call("task", "result", "raw", output=file).status, 0)
        self.assertEqual(path.read_bytes(), b"\xff\x1b[31mred")
        self.assertEqual(self.good("task", "result", "raw", "--output", "json").json,
                         {"id": "raw", "result_base64": "/xtbMzFtcmVk"})
        seen = folder.terminal("task", "result", "raw")
        self.assertEqual(seen.status, 0)
        self.assertNotIn("\x1b[31m", seen.out)
        self.assertIn("red", seen.out)


class ClusterTests(CommandCase):
    def test_workers(self):
        """worker list and show, for people and for programs; nobody is not there"""
        workers = self.good("worker", "list", "--output", "json").json
        self.assertEqual([worker["name"] for worker in workers], ["local-1"])
        keys = {"build", "connected_unix_ms", "done", "failed", "gpus", "invalid", "kinds", "last_heard_unix_ms",
                "memory", "name", "running", "set_aside", "slots", "slots_in_use", "state"}
        self.assertEqual(set(workers[0]), keys)
        self.assertEqual((workers[0]["state"], workers[0]["slots"], workers[0]["kinds"]),
                         ("connected", 2, ["bytes", "square", "wait"]))
        self.assertEqual(set(self.good("worker", "show", "local-1", "--output", "json").json), keys)
        self.assertRegex(self.good("worker", "list").out, r"\ANAME +STATE +KINDS .*\nlocal-1 +connected ")
        self.assertEqual(self.good("worker", "list", "--output", "quiet").out, "local-1\n")
        self.assertIn("local-1", self.good("worker", "show", "local-1").out)
        for command in ("show", "drain", "resume"):
            self.assertRegex(self.bad("worker", command, "nobody").err, r"\Aerror: [^\n]*'nobody'[^\n]*\n\Z")

    def test_drain(self):
        """a worker of its own: joins, works, is drained by a command, and leaves with 0"""
        worker = folder.start("worker", "run", "--name", "guest", "--kinds", "square", "--slots", "1")
        try:
            until("it is there", lambda: "guest" in self.good("worker", "list", "--output", "quiet").out)
            told = self.good("worker", "drain", "guest", "--output", "json").json
            self.assertEqual((told["name"], told["state"]), ("guest", "draining"))
            self.assertEqual(worker.process.wait(60), 0, worker.said)
            self.assertNotIn("guest", self.good("worker", "list", "--output", "quiet").out)
        finally:
            worker.close()

    def test_kinds(self):
        """kind list, for people and for programs"""
        kinds = self.good("kind", "list", "--output", "json").json
        self.assertEqual([kind["name"] for kind in kinds], ["bytes", "square", "wait"])
        self.assertEqual(set(kinds[0]), {
            "gpus", "lease_ms", "max_attempts", "memory", "name", "order", "sandbox", "slots", "stages", "states", "timeout_ms",
            "verified", "workers"})
        self.assertRegex(self.good("kind", "list").out, r"(?m)^square +1 +\d+ ")

    def test_status(self):
        """coordinator status, for people and for programs"""
        status = self.good("coordinator", "status", "--output", "json").json
        self.assertEqual(set(status), {
            "build", "coordinator", "coordinators", "problems", "protocol_highest", "protocol_lowest", "slots",
            "slots_in_use", "started_unix_ms", "store", "store_away", "tasks", "store_id", "workers"})
        self.assertEqual((status["coordinator"], status["workers"], status["slots"], status["problems"]),
                         (address, 1, 2, []))
        self.assertRegex(self.good("coordinator", "status").out, rf"(?m)^coordinator +{re.escape(address)}$")

    def test_store(self):
        """a backup of the store in use is a store; migrate copies it, whole and checked, into another"""
        self.submit("kept", "square", "11")
        self.ended("kept")
        told = self.good("coordinator", "backup", "--to", "backup", "--output", "json").json
        self.assertEqual(set(told), {"backup", "bytes", "payload_files", "store", "tasks"})
        self.assertEqual(told["backup"], str(folder.path / "backup"))
        self.assertRegex(self.bad("coordinator", "backup", "--to", "backup").err,
                         r"\Aerror: '[^']*/backup' exists already; [^\n]*\n\Z")
        busy = self.bad("coordinator", "migrate", "--from", "sqlite:.muster/muster.db", "--to", "sqlite:copy/muster.db")
        self.assertRegex(busy.err, r"\Aerror: another coordinator has the store beside [^\n]+\n\Z")
        migrate = ["coordinator", "migrate", "--from", "sqlite:backup/muster.db", "--to", "sqlite:copy/muster.db"]
        dry = self.good(*migrate, "--dry-run", "--output", "json").json
        self.assertEqual(set(dry), {
            "attempts", "bytes", "checksum", "dry_run", "from", "kinds", "log_pieces", "tasks", "to", "unverified"})
        self.assertFalse((folder.path / "copy").exists())
        done = self.good(*migrate)
        self.assertRegex(done.out, r"(?m)^KIND +WAITING +QUEUED .* TOTAL\nsquare +")
        self.assertIn("read back and found the same", done.err)
        full = self.bad(*migrate, "--output", "json")
        self.assertEqual(full.failure["code"], "store_unusable")
        restored = folder.start("coordinator", "run", "--store", "sqlite:copy/muster.db", "--state", "restored",
                                "--listen", "127.0.0.1:0", "--http", "none")
        self.addCleanup(restored.close)
        there = restored.until_said(r"coordinator +(\S+)\n")[1]
        self.assertEqual(self.good("task", "result", "kept", "--coordinator", there).out, "121\n")
        listed = self.good("task", "count", "--output", "json", "--coordinator", there).json
        self.assertEqual(sum(kind["total"] for kind in listed), dry["tasks"])
        self.assertEqual(restored.stop(), 0, restored.said)

    def test_not_a_coordinator(self):
        """the HTTP port asked for the gRPC one is said to be no coordinator"""
        http = re.search(r"http +(\S+)\n", up.said)[1]
        done = self.bad("task", "list", "--coordinator", http)
        self.assertRegex(done.err, r"\Aerror: [^\n]+\n\Z")
        self.assertIn(http, done.err)

    def test_http(self):
        """health and figures are served at the address that up prints"""
        http = re.search(r"http +(\S+)\n", up.said)[1]
        with urllib.request.urlopen(f"http://{http}/healthz", timeout=20) as page:
            self.assertEqual((page.status, page.read()), (200, b"ok\n"))
        with urllib.request.urlopen(f"http://{http}/metrics", timeout=20) as page:
            self.assertIn(b'muster_workers{protocol="muster"} 1\n', page.read())

    def test_second(self):
        """a second coordinator on the port or on the state folder is refused with what to do"""
        port = self.bad("up", "--listen", address, "--http", "none", "--state", "other")
        self.assertIn(f"cannot listen on {address}: Address already in use", port.err)
        self.assertIn("--listen", port.err)
        state = self.bad("up", "--listen", "127.0.0.1:0", "--http", "none")
        self.assertRegex(state.err, r"error: another coordinator has the store beside [^\n]+ open; stop it, or give")

    def test_closed_pipe(self):
        """a reader that leaves is no error to speak of; a full disk is one"""
        for number in range(5):
            self.submit(f"pipe-{number}")
        read, write = os.pipe()
        os.close(read)
        try:
            gone = folder.call("task", "list", "--output", "json", output=write)
        finally:
            os.close(write)
        self.assertEqual(gone.err, "")
        with open("/dev/full", "w") as full:
            done = folder.call("task", "list", output=full)
        self.assertEqual(done.status, 1)
        self.assertRegex(done.err, r"\Aerror: [^\n]*[Nn]o (space|room)[^\n]*\n\Z")


class BatchTests(CommandCase):
    def results(self, name):
        lines = [json.loads(line) for line in (folder.path / name).read_text().splitlines()]
        return {line["line"]: line for line in lines}

    def test_batch(self):
        """run brings a file through; run again does nothing twice; a failed line is an exit with 1"""
        (folder.path / "inputs").write_text("1\n2\n\n-3\n4\n")
        command = ["run", "--kind", "square", "--inputs", "inputs", "--output", "results"]
        done = self.bad(*command)
        self.assertEqual(done.out, "")
        self.assertIn("error: 1 of 4 tasks were not done; see their 'error' in 'results'", done.err)
        results = self.results("results")
        self.assertEqual({line: found["state"] for line, found in results.items()},
                         {1: "done", 2: "done", 4: "failed", 5: "done"})
        self.assertEqual([results[line]["result"] for line in (1, 2, 5)], ["1\n", "4\n", "16\n"])
        before = (folder.path / "results").read_text()
        self.bad(*command)
        self.assertEqual((folder.path / "results").read_text(), before)
        out = self.good("run", "--kind", "square", "--inputs", "-", "--output", "-", "--quiet", input="7\n")
        self.assertEqual((out.lines[0]["result"], out.err), ("49\n", ""))
        missing = self.bad("run", "--kind", "square", "--inputs", "missing", "--output", "results")
        self.assertRegex(missing.err, r"\Aerror: [^\n]*missing[^\n]*\n\Z")

    def test_detach(self):
        """Ctrl-C detaches a batch with 130 and says how to come back; a second one cancels it"""
        go = self.hold()
        (folder.path / "waits").write_text("a\nb\nc\n")
        command = ["run", "--kind", "wait", "--inputs", "waits", "--output", "waited"]
        with Terminal(folder, command) as terminal:
            terminal.until_said(r"running [12]")
            terminal.press("\x03")
            done = terminal.ended()
        self.assertEqual(done.status, 130, done)
        self.assertRegex(done.out, r"detached: 3 tasks go on at [^\n]+; the same command again hands in the rest")
        open_tasks = self.good("task", "list", "--kind", "wait", "--state", "running", "--output", "quiet").out
        self.assertTrue(open_tasks.split(), "the tasks did not go on")
        with Terminal(folder, command) as terminal:
            terminal.until_said(r"running [12]")
            terminal.press("\x03")
            terminal.until_said(r"Ctrl-C again within 3 s cancels them")
            terminal.press("\x03")
            done = terminal.ended()
        self.assertEqual(done.status, 130, done)
        until("all are cancelled", lambda: not self.good(
            "task", "list", "--kind", "wait", "--state", "running", "--state", "queued", "--output", "quiet").out)
        go.touch()
        self.good(*command, "--retry")
        self.assertEqual([found["state"] for found in self.results("waited").values()], ["done"] * 3)


class TerminalTests(CommandCase):
    def test_width(self):
        """a table on a terminal is cut to its width, coloured unless NO_COLOR; in a pipe it is whole and plain"""
        self.good("submit", "--kind", "square", "--input=-1", "--id", "wide", "--label", "of=width")
        self.ended("wide")
        piped = self.good("task", "list", "--label", "of=width").out
        self.assertNotIn("\x1b", piped)
        self.assertGreater(max(map(len, piped.splitlines())), 100)
        plain = folder.terminal("task", "list", "--label", "of=width", width=60, NO_COLOR="1")
        self.assertEqual(plain.status, 0)
        self.assertNotRegex(plain.out, r"\x1b\[[0-9;]*m")
        self.assertLessEqual(max(map(len, plain.out.splitlines())), 60, plain.out)
        coloured = folder.terminal("task", "list", "--label", "of=width", width=60)
        self.assertRegex(coloured.out, r"\x1b\[[0-9;]*m")

    def test_progress(self):
        """a batch on a terminal shows its progress and ends with a line that stays; with --quiet it shows none"""
        (folder.path / "progress").write_text("".join(f"{number}\n" for number in range(1, 20)))
        seen = folder.terminal("run", "--kind", "square", "--inputs", "progress", "--output", "progressed", NO_COLOR="1")
        self.assertEqual(seen.status, 0, seen)
        self.assertRegex(seen.out, r"100% 19/19 +done 19")
        quiet = folder.terminal(
            "run", "--kind", "square", "--inputs", "progress", "--output", "quietly", "--name", "quiet", "--quiet")
        self.assertEqual((quiet.status, quiet.out), (0, ""))

    def test_json(self):
        """JSON on a terminal is the same JSON, in one line, without colours"""
        seen = folder.terminal("worker", "list", "--output", "json", width=40)
        self.assertEqual([worker["name"] for worker in seen.json], ["local-1"])


class DaemonTests(CommandCase):
    def test_up_on_a_terminal(self):
        """up on a terminal says its addresses and what to do next; Ctrl-C drains and ends with 0"""
        other = Folder(CONFIGURATION)
        self.addCleanup(other.close)
        with Terminal(other, ["up", "--listen", "127.0.0.1:0", "--http", "none"]) as terminal:
            terminal.until_said(r"Hand in work: +muster submit")
            self.assertRegex(terminal.text, r"coordinator +127\.0\.0\.1:\d+")
            terminal.press("\x03")
            done = terminal.ended()
        self.assertEqual(done.status, 0, done)

    def test_up_interrupted_at_once(self):
        """Ctrl-C right after up's greeting, while its worker connects, ends with 0 every time"""
        # One in fifteen never ended when the worker's call outlived its cancelling (see withCancellableClient).
        other = Folder(CONFIGURATION)
        self.addCleanup(other.close)
        for _ in range(40):
            with Terminal(other, ["up", "--listen", "127.0.0.1:0", "--http", "none"]) as terminal:
                terminal.until_said(r"Hand in work")
                terminal.press("\x03")
                self.assertEqual(terminal.ended().status, 0, terminal.text)

    def test_second_interrupt(self):
        """a second SIGTERM ends a drain at once, with 143"""
        other = Folder(CONFIGURATION)
        self.addCleanup(other.close)
        other.variables = {"GO": str(other.path / "never")}
        daemon = other.start("up", "--listen", "127.0.0.1:0", "--http", "none")
        self.addCleanup(daemon.close)
        there = daemon.until_said(r"coordinator +(\S+)\n")[1]
        self.assertEqual(other.call("submit", "--kind", "wait", "--input", "", "--id", "w", "--coordinator", there).status, 0)
        until("it runs", lambda: "running" in other.call("task", "why", "w", "--output", "json", "--coordinator", there).out)
        daemon.process.send_signal(signal.SIGTERM)
        daemon.until_said(r"a second Ctrl-C or SIGTERM ends at once")
        self.assertEqual(daemon.stop(), 143, daemon.said)

    def test_worker_waits(self):
        """a worker without a coordinator says so, waits for one, and leaves with 0 when told to"""
        nobody = f"127.0.0.1:{free_port()}"
        worker = folder.start("worker", "run", "--coordinator", nobody, "--kinds", "square", "--name", "lonely",
                              "--state", "lonely")
        self.addCleanup(worker.close)
        worker.until_said(re.escape(nobody))
        self.assertEqual(worker.stop(), 0, worker.said)

    def test_reload(self):
        """SIGHUP takes new kinds from the file; a file with a mistake is not taken, and the log says why"""
        other = Folder(CONFIGURATION)
        self.addCleanup(other.close)
        daemon = other.start("up", "--workers", "0", "--listen", "127.0.0.1:0", "--http", "none")
        self.addCleanup(daemon.close)
        other.variables = {"MUSTER_COORDINATOR": daemon.until_said(r"coordinator +(\S+)\n")[1]}
        (other.path / "muster.yaml").write_text("kinds:\n  cube:\n    executor: [cat]\n")
        daemon.process.send_signal(signal.SIGHUP)
        until("the new kind is there", lambda: "cube" in other.call("kind", "list", "--output", "quiet").out)
        (other.path / "muster.yaml").write_text("kinds:\n  cube:\n    executor: cat\n")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.until_said(r"muster\.yaml:3\b")
        self.assertIn("cube", other.call("kind", "list", "--output", "quiet").out)
        self.assertEqual(daemon.stop(), 0, daemon.said)
