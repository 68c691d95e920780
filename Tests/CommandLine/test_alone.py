"""Commands with nobody to ask, or asked for nonsense."""

import re
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor

from program import Folder, free_port

# Every command that asks a coordinator, and how much of it comes before the options.
ASKING = [
    ["submit", "--kind", "square", "--input", "1"],
    ["submit", "--kind", "square", "--input", "1", "--wait"],
    ["task", "list"],
    ["task", "show", "a"],
    ["task", "why", "a"],
    ["task", "logs", "a"],
    ["task", "result", "a"],
    ["task", "wait", "a", "--timeout", "5s"],
    ["task", "cancel", "a"],
    ["task", "retry", "a"],
    ["task", "count"],
    ["worker", "list"],
    ["worker", "show", "w"],
    ["worker", "drain", "w"],
    ["worker", "resume", "w"],
    ["kind", "list"],
    ["coordinator", "status"],
]

# What is wrong, and words of the sentence that says so.
WRONG = [
    (["nonsense"], "Unexpected argument 'nonsense'"),
    (["task", "nonsense"], "Unexpected argument 'nonsense'"),
    (["submit"], "Missing expected argument '--kind <kind>'"),
    (["submit", "--kind", "square"], "--input"),
    (["submit", "--kind", "square", "--input", "1", "--input-file", "x"], "--input-file"),
    (["submit", "--kind", "square", "--input", "1", "--priority", "high"], "'high'"),
    (["submit", "--kind", "square", "--input", "1", "--memory", "lots"], "'lots'"),
    (["submit", "--kind", "square", "--input", "1", "--deadline", "soon"], "'soon'"),
    (["submit", "--kind", "square", "--input", "1", "--label", "nothing"], "'nothing'"),
    (["submit", "--kind", "square", "--input", "1", "--slots", "0"], "--slots"),
    (["submit", "--kind", "square", "--input", "1", "--output", "xml"], "'xml'"),
    (["submit", "--kind", "no kind", "--input", "1"], "'no kind'"),
    (["run", "--kind", "square"], "Missing expected argument '--inputs"),
    (["task", "list", "--state", "lost"], "'lost'"),
    (["task", "list", "--limit", "-1"], "--limit"),
    (["task", "list", "--limit", "many"], "'many'"),
    (["task", "show"], "Missing expected argument"),
    (["task", "wait"], "Missing expected argument"),
    (["task", "wait", "a", "--timeout", "later"], "'later'"),
    (["task", "logs", "a", "--attempt", "first"], "'first'"),
    (["worker", "show"], "Missing expected argument"),
    (["worker", "run", "--slots", "0"], "--slots"),
    (["worker", "run", "--frobnicate"], "Unknown option '--frobnicate'"),
    (["up", "--workers", "1001"], "--workers is 1001; give a number from 0 to 1000"),
    (["up", "--slots", "none"], "'none'"),
    (["coordinator", "run", "extra"], "Unexpected argument 'extra'"),
    (["kind", "check"], "Missing expected argument"),
    (["config", "show", "--for", "cook"], "'cook'"),
    (["version", "--output", "yaml"], "'yaml'"),
]

LEAVES = [
    ["submit"], ["run"], ["up"], ["version"],
    *[["task", name] for name in "list show why logs result wait cancel retry count".split()],
    *[["worker", name] for name in "run list show drain resume".split()],
    ["kind", "list"], ["kind", "check"], ["config", "show"],
    *[["coordinator", name] for name in "run status backup migrate".split()],
]

# A password, in every place where somebody may write one.
CANARY = "canary-7Yq"
SECRETS = [
    ["config", "show", "-c", "secret.yaml", "--for", "coordinator"],
    ["config", "show", "-c", "secret.yaml", "--for", "coordinator", "--output", "json"],
    ["config", "show", "-c", "words.yaml", "--for", "up", "--output", "quiet"],
    ["config", "show", "-c", "wrong.yaml"],
    ["config", "show", "-c", "original.yaml", "--for", "coordinator"],
    ["coordinator", "run", "-c", "secret.yaml", "--http", "none"],
    ["coordinator", "run", "-c", "words.yaml", "--http", "none", "--log-format", "json", "--log-level", "trace"],
    ["coordinator", "run", "--store", f"postgres://u:{CANARY}@nowhere.invalid/d", "--http", "none"],
    ["coordinator", "run", "--store", f"postgres://u:{CANARY}@h:port/d", "--http", "none"],
    ["coordinator", "run", f"postgres://u:{CANARY}@h/d"],
    ["coordinator", "run", "--stroe", f"postgres://u:{CANARY}@h/d"],
    ["coordinator", "backup", "--to", "x", "-c", "secret.yaml"],
    ["coordinator", "migrate", "--from", f"postgres://u:{CANARY}@nowhere.invalid/d", "--to", "sqlite:x"],
    ["coordinator", "migrate", "--from", "sqlite:x", "--to", f"postgre://u:{CANARY}@h/d", "--output", "json"],
    ["coordinator", "migrate", "--from", "sqlite:x", "--to", f"postgres:password={CANARY} hots=h"],
]


class AloneTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.address = f"127.0.0.1:{free_port()}"
        cls.folder = Folder()
        cls.addClassCleanup(cls.folder.close)
        cls.sentence = (
            f"no coordinator answers at {cls.address}; start one with 'muster up', or name another with "
            "--coordinator HOST:PORT (MUSTER_COORDINATOR)")

    def all(self, commands, check):
        """Runs commands, two at a time, and checks each."""
        with ThreadPoolExecutor(2) as pool:
            for done in pool.map(lambda arguments: self.folder.call(*arguments), commands):
                with self.subTest(command=" ".join(done.arguments)):
                    check(done)

    def test_no_coordinator(self):
        """with no coordinator, every command that asks one says how to start one, and exits with 1"""

        def check(done):
            self.assertEqual((done.status, done.out, done.err), (1, "", f"error: {self.sentence}\n"))

        self.all([[*arguments, "--coordinator", self.address] for arguments in ASKING], check)

    def test_no_coordinator_json(self):
        """the same with --output json: one object on standard error, with code and details"""

        def check(done):
            self.assertEqual((done.status, done.out), (1, ""), done)
            wanted = {"code": "no_coordinator", "details": {"coordinator": self.address}, "message": self.sentence}
            self.assertEqual(done.failure, wanted)

        self.all([[*arguments, "--coordinator", self.address, "--output", "json"] for arguments in ASKING], check)

    def test_no_coordinator_elsewhere(self):
        """the same from the environment, from several addresses, on a terminal, and for a batch"""
        done = self.folder.call("task", "list", MUSTER_COORDINATOR=self.address)
        self.assertEqual(done.err, f"error: {self.sentence}\n")
        other = f"127.0.0.1:{free_port()}"
        done = self.folder.call("task", "list", "--coordinator", f"{self.address},{other}")
        self.assertEqual(done.status, 1)
        self.assertIn(self.address, done.err)
        self.assertIn(other, done.err)
        seen = self.folder.terminal("task", "list", "--coordinator", self.address, width=200)
        self.assertEqual(seen.status, 1, seen)
        self.assertIn(self.sentence, seen.out)
        wrong = self.folder.call("task", "list", "--coordinator", "host:port")
        self.assertEqual(
            (wrong.status, wrong.err), (1, "error: the port 'port' in 'host:port' is not a number from 1 to 65535\n"))
        (self.folder.path / "inputs").write_text("1\n")
        done = self.folder.call(
            "run", "--kind", "square", "--inputs", "inputs", "--output", "results", "--coordinator", self.address)
        self.assertEqual((done.status, done.out), (1, ""), done)
        self.assertIn(self.sentence, done.err)

    def test_wrong_arguments(self):
        """a wrong command line gets one line that names what is wrong, nothing else, and exits with 64"""
        words = {tuple(arguments): said for arguments, said in WRONG}

        def check(done):
            self.assertEqual((done.status, done.out), (64, ""), done)
            self.assertRegex(done.err, r"\Aerror: [^\n]+\n\Z")
            self.assertIn(words[done.arguments], done.err)

        self.all([arguments for arguments, _ in WRONG], check)

    def test_wrong_arguments_json(self):
        """the same with --output json: the code is usage"""

        def check(done):
            self.assertEqual((done.status, done.out, done.failure["code"]), (64, "", "usage"), done)

        self.all([["task", "list", "--limit", "many", "--output=json"], ["submit", "--output", "json"]], check)

    def test_help(self):
        """every command has help, which exits with 0 and names the command"""

        def check(done):
            self.assertEqual((done.status, done.err), (0, ""), done)
            self.assertIn(f"USAGE: muster {' '.join(done.arguments[:-1])}", done.out)

        self.all([[*leaf, "--help"] for leaf in LEAVES], check)
        for group in (["--help"], ["task"], ["worker"], ["kind"], ["coordinator"], ["config"]):
            done = self.folder.call(*group)
            self.assertEqual((done.status, done.err), (0, ""), done)
            self.assertIn("SUBCOMMANDS:", done.out)

    def test_version(self):
        """version, as a line and for programs"""
        line = self.folder.call("version").out
        self.assertRegex(line, r"\Amuster \d+\.\d+\.\d+ \(protocol versions? \d+.*\), \w+ build\n\Z")
        self.assertEqual(self.folder.call("--version").out, line)
        told = self.folder.call("version", "--output", "json").json
        self.assertEqual(set(told), {"build", "platform", "protocol_highest", "protocol_lowest", "version"})
        self.assertIn(told["version"], line)

    def test_completion(self):
        """the completion scripts are scripts"""
        for shell in ("bash", "zsh", "fish"):
            done = self.folder.call("--generate-completion-script", shell)
            self.assertEqual(done.status, 0, done)
            self.assertGreater(len(done.out), 1000)
            if shell == "bash":
                checked = subprocess.run(["bash", "-n"], input=done.out, text=True, capture_output=True)
                self.assertEqual((checked.returncode, checked.stderr), (0, ""))

    def test_configuration(self):
        """config show prints every setting with where it comes from; a file with mistakes is told all of them by line"""
        (self.folder.path / "good.yaml").write_text("workers: 3\nkinds:\n  square:\n    executor: [cat]\n")
        done = self.folder.call("config", "show", "-c", "good.yaml", "--output", "json", MUSTER_LOG_LEVEL="debug")
        self.assertEqual(done.status, 0, done)
        found = {setting["name"]: (setting["value"], setting["source"]) for setting in done.json["settings"]}
        self.assertEqual(found["workers"], ("3", "good.yaml:1"))
        self.assertEqual(found["logLevel"], ("debug", "environment MUSTER_LOG_LEVEL"))
        self.assertRegex(self.folder.call("config", "show", "-c", "good.yaml").out, r"workers +3 +good\.yaml:1\n")
        (self.folder.path / "bad.yaml").write_text("workrs: 3\nkinds:\n  square:\n    executor: cat\n    slots: -1\n")
        for command in (["config", "show"], ["up"], ["coordinator", "run"]):
            done = self.folder.call(*command, "-c", "bad.yaml")
            self.assertEqual((done.status, done.out), (1, ""), done)
            for line in (1, 4, 5):
                self.assertRegex(done.err, rf"bad\.yaml:{line}\b")
        done = self.folder.call("up", "-c", "missing.yaml")
        self.assertEqual(done.status, 1, done)
        self.assertIn("missing.yaml", done.err)

    def test_secrets(self):
        """the password of a database is printed by nothing: settings, warnings, errors, logs, as text or as JSON"""
        path = self.folder.path
        (path / "secret.yaml").write_text(f"store: postgres://u:{CANARY}@nowhere.invalid/d?connect_timeout=2\n")
        (path / "words.yaml").write_text(f'store: "postgres:host=nowhere.invalid password={CANARY} connect_timeout=2"\n')
        (path / "wrong.yaml").write_text(f"store: postgre://u:{CANARY}@h/d\nkeep: postgres://u:{CANARY}@h/d\n")
        (path / "original.yaml").write_text(f"port: 50055\ndb: postgres://u:{CANARY}@h/d?pool=1\n")

        def check(done):
            self.assertNotIn(CANARY, done.out + done.err, done)
            if done.arguments[0] != "config":
                self.assertNotEqual(done.status, 0, done)
                self.assertTrue(done.err, done)

        self.all(SECRETS, check)
        shown = self.folder.call(*SECRETS[0])
        self.assertIn("postgres://u:<redacted>@nowhere.invalid/d?connect_timeout=2", shown.out)

    def test_kind_check(self):
        """kind check runs a kind without a coordinator; its exit status says whether the result is valid"""
        (self.folder.path / "kinds.yaml").write_text(
            "kinds:\n"
            "  echo:\n    executor: [cat]\n    verifier: [cmp, '{input}', '{result}']\n"
            "  lie:\n    executor: [echo, lie]\n    verifier: [cmp, '{input}', '{result}']\n"
            "  fail:\n    executor: [sh, -c, 'echo no >&2; exit 3']\n")
        check = ["kind", "check", "-c", "kinds.yaml", "--input", "7", "--output", "json"]
        good = self.folder.call(*check, "echo")
        self.assertEqual(good.status, 0, good)
        self.assertEqual((good.json["result"], good.json["verifier"]["outcome"]), ("7", "valid"))
        lie = self.folder.call(*check, "lie")
        self.assertEqual((lie.status, lie.json["verifier"]["outcome"]), (1, "invalid"), lie)
        fail = self.folder.call(*check, "fail")
        self.assertEqual((fail.status, fail.json["executor"]["outcome"], fail.json["executor"]["exit_code"]),
                         (1, "failed", 3), fail)
        none = self.folder.call(*check, "nobody")
        self.assertEqual((none.status, none.out), (1, ""), none)
        self.assertIn("nobody", none.failure["message"])
        people = self.folder.call("kind", "check", "-c", "kinds.yaml", "echo", "--input", "7")
        self.assertTrue(re.search(r"^verifier +valid", people.out, re.M), people)
