"""Provers that die or are late, and many at once."""

import threading
import unittest

import grpc
from support.clients import Prover, User, refusal
from support.coordinator import Coordinator, until

CONFIGURATION = "kinds:\n" + "".join(
    f'  {kind}:\n    verifier: [./verify, "{{input}}", "{{result}}"]\n' for kind in ["race", "burst150", "burst300"]
) + "".join(
    f"  {kind}:\n    verifier: {verifier}\n    lease: 1s\n    backoff: 10ms\n"
    for kind, verifier in [
        ("dies", '[./verify, "{input}", "{result}"]'),
        ("late", '[./verify, "{input}", "{result}"]'),
        ("trust", "none"),
    ]
)


def setUpModule():
    global coordinator
    coordinator = Coordinator(CONFIGURATION)
    unittest.addModuleCleanup(coordinator.stop)


class LeaseTests(unittest.TestCase):
    def setUp(self):
        self.user = User(coordinator)
        self.addCleanup(self.user.close)

    def prover(self, name):
        prover = Prover(coordinator, name)
        self.addCleanup(prover.close)
        return prover

    def outcomes(self, id):
        return [attempt.outcome for attempt in self.user.task(id).attempts]

    def test_the_task_of_a_prover_that_died_goes_to_another_when_its_lease_ends(self):
        self.user.submit("dies", {"dies-1": b"one"})
        dead, other = Prover(coordinator, "dead"), self.prover("other")
        self.assertEqual(dead.poll("dies").id, "dies-1")
        self.assertIsNone(other.poll_or_none("dies"))
        dead.close()
        task = until(lambda: other.poll_or_none("dies"), "another prover has the task")
        self.assertEqual((task.id, self.outcomes("dies-1")[:1]), ("dies-1", ["expired"]))
        self.assertIs(other.submit(task.id, "dies", b"pone"), True)
        summary = self.user.task("dies-1").summary
        self.assertEqual((self.user.state("dies-1"), summary.worker, summary.late), ("done", "other", False))
        # It was not dead after all, only slow; its proof is good, and nothing changes.
        back = self.prover("dead")
        self.assertIs(back.submit(task.id, "dies", b"pone"), True)
        self.assertIs(back.submit(task.id, "dies", b"qone"), False)
        self.assertEqual(self.user.result("dies-1"), b"pone")

    def test_a_late_valid_proof_is_taken_if_nobody_was_faster(self):
        self.user.submit("late", {"late-1": b"one"})
        slow, other = self.prover("slow"), self.prover("second")
        self.assertEqual(slow.poll("late").id, "late-1")
        until(lambda: other.poll_or_none("late"), "another prover has the task")
        self.assertIs(slow.submit("late-1", "late", b"junk"), False)
        self.assertIs(slow.submit("late-1", "late", b"pone"), True)
        summary = self.user.task("late-1").summary
        self.assertEqual((self.user.state("late-1"), summary.worker, summary.late), ("done", "slow", True))
        # The second one did nothing wrong: it was handed the task, and its lesser luck is no PERMISSION_DENIED.
        self.assertIs(other.submit("late-1", "late", b"pone"), True)
        self.assertEqual(self.user.result("late-1"), b"pone")

    def test_a_late_proof_that_nobody_can_check_is_not_taken(self):
        self.user.submit("trust", {"trust-1": b"one"})
        slow, other = self.prover("slow"), self.prover("second")
        self.assertEqual(slow.poll("trust").id, "trust-1")
        until(lambda: self.outcomes("trust-1")[:1] == ["expired"], "the lease has ended")
        self.assertIs(slow.submit("trust-1", "trust", b"late"), False)
        until(lambda: other.poll_or_none("trust"), "another prover has the task")
        self.assertIs(other.submit("trust-1", "trust", b"in time"), True)
        self.assertEqual(self.user.result("trust-1"), b"in time")


class CrowdTests(unittest.TestCase):
    def setUp(self):
        self.user = User(coordinator)
        self.addCleanup(self.user.close)

    def test_two_clients_that_poll_at_once_never_get_the_same_task(self):
        count = 200
        self.user.submit("race", {f"race-{n}": b"one" for n in range(count)})
        got, start, errors = {}, threading.Barrier(2), []

        def work(name):
            try:
                prover = Prover(coordinator, name)
                mine = got.setdefault(name, [])
                start.wait(20)
                while task := prover.poll_or_none("race"):
                    mine.append(task.id)
                prover.close()
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=work, args=(name,), daemon=True) for name in ("left", "right")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        self.assertEqual(errors, [])
        every = got["left"] + got["right"]
        self.assertEqual(len(every), count)
        self.assertEqual(set(every), {f"race-{n}" for n in range(count)})

    def test_150_polls_at_once_on_one_connection(self):
        self.crowd("burst150", 150, tasks=150)

    def test_300_polls_at_once_on_one_connection(self):
        self.crowd("burst300", 300, tasks=150)

    def crowd(self, kind, count, tasks):
        """Polls find tasks as long as there are any; every poll is answered, and the connection lives."""
        self.user.submit(kind, {f"{kind}-{n}": b"one" for n in range(tasks)})
        prover = Prover(coordinator, f"crowd-{kind}")
        self.addCleanup(prover.close)
        states = []
        prover.channel.subscribe(states.append)
        grpc.channel_ready_future(prover.channel).result(timeout=20)
        request = prover.request(kind)
        calls = [prover.stub.PollTask.future(request, timeout=30) for _ in range(count)]
        got, refusals = [], []
        for call in calls:
            error = call.exception()
            if error is None:
                got.append(call.result().id)
            else:
                refusals.append((error.code().name, error.details()))
        self.assertEqual(refusals, [("RESOURCE_EXHAUSTED", f"no task of circuit '{kind}' is ready")] * (count - tasks))
        self.assertEqual(set(got), {f"{kind}-{n}" for n in range(tasks)})
        # One more call, and no other connection was made for any of them.
        self.assertIs(prover.submit(got[0], kind, b"pone"), True)
        lost = {grpc.ChannelConnectivity.TRANSIENT_FAILURE, grpc.ChannelConnectivity.SHUTDOWN}
        self.assertFalse(lost & set(states), states)
        self.assertEqual(states.count(grpc.ChannelConnectivity.READY), 1, states)
        with refusal(self, grpc.StatusCode.RESOURCE_EXHAUSTED):
            prover.poll(kind)
