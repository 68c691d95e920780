"""Two submitters: neither sees, changes or hinders what is the other's, nor learns that it is there."""

import unittest

import grpc
import muster_pb2 as pb
from grpc import StatusCode
from support.clients import PATIENCE, User, refusal
from support.cluster import Cluster, ClusterCase
from support.process import Daemon, until

MARK = "only-ada-knows-this"
WORKER = """kinds:
  echo:
    executor: [sh, -c, 'echo only-ada-knows-this >&2; cat "$1"', sh, "{input}"]
  other:
    executor: [sh, -c, "exit 1"]
"""


def setUpModule():
    global cluster, worker, people
    cluster = Cluster()
    unittest.addModuleCleanup(cluster.close)
    place = cluster.join("w", configuration=WORKER)
    unittest.addModuleCleanup(place.close)
    worker = Daemon(place, "worker", "run")
    unittest.addModuleCleanup(worker.stop)
    people = {}
    for name, role in [("ada", "submit"), ("bob", "submit"), ("eve", "read")]:
        people[name] = cluster.login(name, role)
    people["root"] = cluster.admin_identity


class NamespaceTests(ClusterCase, unittest.TestCase):
    def setUp(self):
        self.ada, self.bob, self.eve, self.root = (self.user(name) for name in ("ada", "bob", "eve", "root"))

    def user(self, name):
        user = User(cluster.address, people[name])
        self.addCleanup(user.close)
        return user

    def ended(self, user, id, kind="echo", input=b"mine", **more):
        """A task of a user that has come to its end."""
        answer = user.submit(kind, id, input, **more)
        self.assertFalse(answer.HasField("problem"), answer.problem.message)
        state = {"echo": "done", "other": "failed"}[kind]
        until(f"{id} is {state}", lambda: user.state(id) == state)
        return id

    def answers(self, user, id):
        """What every call answers to somebody who asks for an id, with the id itself written as ID."""
        def ask(call):
            try:
                answer = call()
                return str(answer if not hasattr(answer, "__next__") else list(answer))
            except grpc.RpcError as error:
                return f"{error.code()} {error.details()}"

        def follow():
            stream = user.follow(id)
            stream.end()
            return stream.rest()

        tasks, ids = user.tasks, pb.TaskIdsRequest(ids=[id])
        calls = {
            "get": lambda: tasks.GetTask(pb.GetTaskRequest(id=id), timeout=PATIENCE),
            "result": lambda: tasks.ReadResult(pb.ReadResultRequest(id=id), timeout=PATIENCE),
            "input": lambda: tasks.ReadInput(pb.ReadResultRequest(id=id), timeout=PATIENCE),
            "logs": lambda: tasks.ReadLogs(pb.ReadLogsRequest(id=id), timeout=PATIENCE),
            "logs, followed": lambda: tasks.ReadLogs(pb.ReadLogsRequest(id=id, follow=True), timeout=PATIENCE),
            "cancel": lambda: tasks.CancelTasks(ids, timeout=PATIENCE),
            "retry": lambda: tasks.RetryTasks(ids, timeout=PATIENCE),
            "follow": follow,
            "depend": lambda: user.submit("echo", "depends", depends_on=[id]),
        }
        return {name: ask(call).replace(id, "ID") for name, call in calls.items()}

    def test_what_exists_is_answered_like_what_does_not(self):
        nothing = self.answers(self.bob, "no-such-task")
        self.assertEqual(
            nothing["get"], "StatusCode.NOT_FOUND " + nothing["get"].split(" ", 1)[1])
        self.assertIn("unknown_dependency", nothing["depend"])
        for id in (self.ended(self.ada, "ada-done"), self.ended(self.ada, "ada-failed", "other", max_attempts=1)):
            self.assertEqual(self.answers(self.bob, id), nothing)
        queued = self.ada.submit("none-serves-this", "ada-queued")
        self.assertFalse(queued.HasField("problem"))
        self.assertEqual(self.answers(self.bob, "ada-queued"), nothing)
        # And nothing has happened to them.
        self.assertEqual(
            [self.ada.state(id) for id in ("ada-done", "ada-failed", "ada-queued")], ["done", "failed", "queued"])
        self.assertEqual(len(self.ada.task("ada-failed").attempts), 1)
        self.assertEqual(self.ada.result("ada-done"), b"mine")

    def test_the_programs_own_commands_say_the_same(self):
        id = self.ended(self.ada, "ada-command")
        for command in (["task", "show"], ["task", "why"], ["task", "result"], ["task", "logs"], ["task", "cancel"],
                        ["task", "retry"], ["task", "wait"]):
            with self.subTest(command=command):
                theirs, none = (
                    cluster.folder.call(
                        *command, one, "--coordinator", cluster.address, "--identity", str(people["bob"]))
                    for one in (id, "no-such-idx"))
                self.assertEqual(theirs.status, none.status)
                self.assertNotEqual(theirs.status, 0)
                self.assertEqual(
                    (theirs.out + theirs.err).replace(id, "ID"), (none.out + none.err).replace("no-such-idx", "ID"))

    def test_lists_and_counts(self):
        self.ended(self.ada, "ada-listed", labels={"color": "red"})
        self.ended(self.bob, "bob-listed", labels={"color": "red"})

        def listed(user, **filter):
            parts = user.tasks.ListTasks(pb.ListTasksRequest(limit=1000, **filter), timeout=PATIENCE)
            return {task.id for part in parts for task in part.tasks}

        for filter in ({}, {"kind": "echo"}, {"labels": {"color": "red"}}, {"labels": {"muster.namespace": "ada"}}):
            with self.subTest(filter=filter):
                ids = listed(self.bob, **filter)
                self.assertTrue(ids)
                self.assertFalse([id for id in ids if not id.startswith("bob")])
        self.assertTrue({"ada-listed", "bob-listed"} <= listed(self.eve))
        self.assertTrue({"ada-listed", "bob-listed"} <= listed(self.root))

        def count(user):
            kinds = user.tasks.CountTasks(pb.CountTasksRequest(), timeout=PATIENCE).kinds
            return sum(sum(kind.by_state.values()) for kind in kinds)

        mine = len(listed(self.bob))
        self.assertEqual(count(self.bob), mine)
        self.assertGreater(count(self.eve), mine)
        self.ada.submit("kind-of-ada", "ada-counted")
        kinds = self.bob.tasks.CountTasks(pb.CountTasksRequest(), timeout=PATIENCE).kinds
        self.assertNotIn("kind-of-ada", {kind.kind for kind in kinds})
        status = self.bob.tasks.GetStatus(pb.GetStatusRequest(with_counts=True), timeout=PATIENCE)
        self.assertEqual(sum(status.tasks_by_state.values()), count(self.bob))

    def test_what_runs_is_not_told_by_lists_of_workers_and_kinds(self):
        """The workers are everybody's; whose tasks they run is not."""
        place = cluster.join("busy", configuration="kinds:\n  slow:\n    executor: [sleep, '1000']\n")
        self.addCleanup(place.close)
        busy = Daemon(place, "worker", "run")
        self.addCleanup(busy.stop, check=False)
        self.ada.submit("slow", "ada-runs-now")
        until("it runs", lambda: self.ada.state("ada-runs-now") == "running")
        workers = self.bob.tasks.ListWorkers(pb.ListWorkersRequest(), timeout=PATIENCE)
        kinds = self.bob.tasks.ListKinds(pb.ListKindsRequest(), timeout=PATIENCE)
        status = self.bob.tasks.GetStatus(pb.GetStatusRequest(with_counts=True), timeout=PATIENCE)
        mine = self.bob.tasks.ListWorkers(pb.ListWorkersRequest(), timeout=PATIENCE)
        self.assertTrue(mine.workers)
        self.ada.tasks.CancelTasks(pb.TaskIdsRequest(ids=["ada-runs-now"]), timeout=PATIENCE)
        for text in (str(workers), str(kinds), str(status)):
            self.assertNotIn("ada-", text)

    def test_counts_of_kinds(self):
        """How many tasks others have is theirs to know."""
        self.ada.submit("echo", "ada-kinds-1")
        until("it is done", lambda: self.ada.state("ada-kinds-1") == "done")
        counts = {
            kind.kind: dict(kind.by_state)
            for kind in self.bob.tasks.CountTasks(pb.CountTasksRequest(), timeout=PATIENCE).kinds}
        kinds = self.bob.tasks.ListKinds(pb.ListKindsRequest(), timeout=PATIENCE).kinds
        for kind in kinds:
            told = {state: count for state, count in kind.by_state.items() if count}
            self.assertEqual(told, {s: c for s, c in counts.get(kind.name, {}).items() if c}, kind.name)

    def test_an_id_that_another_has(self):
        id = self.ended(self.ada, "ada-taken", labels={"secret": MARK})
        for input in (b"mine", b"another"):
            answer = self.bob.submit("echo", id, input)
            self.assertEqual(answer.problem.code, "id_taken")
            self.assertEqual((answer.state, answer.existing), (pb.TASK_STATE_UNSPECIFIED, False))
            # Over a stream, too.
            stream = self.bob.follow(submit=[pb.TaskSpec(id=id, kind="echo", input=input)])
            stream.end()
            frames = stream.rest()
            self.assertEqual([a.problem.code for frame in frames for a in frame.answers], ["id_taken"])
            self.assertFalse([end for frame in frames for end in frame.ends])
        self.assertEqual(self.ada.result(id), b"mine")
        # Ada's own once more is the same task.
        self.assertTrue(self.ada.submit("echo", id, b"mine").existing)

    # Whether it is the same task, word for word, or another would tell whoever guesses what the other's input is.
    def test_an_id_that_another_has_is_refused_in_the_same_words_whatever_is_guessed(self):
        id = self.ended(self.ada, "ada-guessed")
        messages = {self.bob.submit("echo", id, input).problem.message for input in (b"mine", b"another")}
        self.assertEqual(messages, {f"the id '{id}' is taken; give this task another one"})

    def test_an_open_stream_hears_nothing_of_others(self):
        stream = self.bob.follow("ada-later")
        self.assertEqual(list(stream.next().unknown), ["ada-later"])
        self.ended(self.ada, "ada-later")
        stream.end()
        self.assertFalse([end for frame in stream.rest() for end in frame.ends])

    def test_logs_and_results_are_the_submitters(self):
        id = self.ended(self.ada, "ada-logs")
        for user, may in ((self.ada, True), (self.eve, True), (self.root, True), (self.bob, False)):
            with self.subTest(may=may):
                try:
                    log = b"".join(
                        part.text for part in user.tasks.ReadLogs(pb.ReadLogsRequest(id=id), timeout=PATIENCE))
                    self.assertTrue(may)
                    self.assertIn(MARK.encode(), log)
                    self.assertEqual(user.result(id), b"mine")
                except grpc.RpcError as error:
                    self.assertFalse(may)
                    self.assertNotIn(MARK, error.details())

    def test_who_reads_sees_all_and_changes_nothing(self):
        id = self.ended(self.ada, "ada-read", labels={"a": "b"})
        self.assertEqual(self.eve.task(id).summary.labels["a"], "b")
        stream = self.eve.follow(id)
        stream.end()
        self.assertEqual([end.id for frame in stream.rest() for end in frame.ends], [id])
        for call in (self.eve.tasks.CancelTasks, self.eve.tasks.RetryTasks):
            with refusal(self, StatusCode.PERMISSION_DENIED):
                call(pb.TaskIdsRequest(ids=[id]), timeout=PATIENCE)
        with refusal(self, StatusCode.PERMISSION_DENIED):
            self.eve.submit("echo", "eve-1")

    def test_who_administers_may_do_all(self):
        self.ada.submit("none-serves-this", "ada-cancelled")
        answer = self.root.tasks.CancelTasks(pb.TaskIdsRequest(ids=["ada-cancelled"]), timeout=PATIENCE).answers[0]
        self.assertTrue(answer.changed)
        self.assertEqual(self.ada.state("ada-cancelled"), "cancelled")
        until("it is in the audit log", lambda: "ada-cancelled" in cluster.audit())
        line = next(line for line in cluster.audit().splitlines() if "ada-cancelled" in line and '"cancel"' in line)
        self.assertIn('"who":"admin"', line)

    def test_two_of_one_namespace_share_it(self):
        pair = []
        for name in ("kim", "lee"):
            user = User(cluster.address, cluster.login(name, "submit", "--namespace", "team"))
            self.addCleanup(user.close)
            pair.append(user)
        self.ended(pair[0], "team-1")
        self.assertEqual(pair[1].result("team-1"), b"mine")
        with refusal(self, StatusCode.NOT_FOUND):
            self.bob.task("team-1")

    def run_batch(self, name, inputs="inputs.jsonl"):
        (cluster.folder.path / inputs).write_text('{"x":1}\n{"x":2}\n')
        return cluster.folder.call(
            "run", "--kind", "echo", "--inputs", inputs, "--output", f"{name}.jsonl", "--coordinator", cluster.address,
            "--identity", str(people[name]))

    # The ids of a batch are made of the kind, the file's path, the line and the input: two namespaces that run the same
    # file (a shared folder, or standard input) get the same ones, and the second is told that they are taken.
    def test_the_same_batch_of_two(self):
        for name in ("ada", "bob"):
            done = self.run_batch(name)
            self.assertEqual(done.status, 0, f"{name}: {done}")
            self.assertEqual(len((cluster.folder.path / f"{name}.jsonl").read_text().splitlines()), 2)


class AllowanceTests(unittest.TestCase):
    """Ids that others have must not be found by what is left of one's own allowance, nor use it up."""

    def test_over_the_allowance(self):
        small = Cluster("limits:\n  maxBacklog: 3\n" + "kinds:\n  echo:\n    executor: [cat, '{input}']\n", http="none")
        self.addCleanup(small.close)
        ada, bob = (User(small.address, small.login(name)) for name in ("ada", "bob"))
        self.addCleanup(ada.close)
        self.addCleanup(bob.close)
        answers = [ada.submit("echo", f"ada-{n}") for n in range(5)]
        self.assertEqual([a.problem.code for a in answers], ["", "", "", "queue_full", "queue_full"])
        self.assertGreater(answers[3].problem.retry_after_milliseconds, 0)
        self.assertIn("hand this in again when some have ended", answers[3].problem.message)
        # Another's is untouched.
        self.assertFalse(bob.submit("echo", "bob-1").HasField("problem"))
