"""Muster's own protocol from another language: status, submission, following, and a worker written by hand."""

import unittest

import muster_pb2 as pb
from grpc import StatusCode
from support.clients import PATIENCE, Stream, User, refusal
from support.coordinator import Coordinator, until

CONFIGURATION = """\
heartbeat: 2s
kinds:
  plain: {}
  checked:
    verifier: [./verify, "{input}", "{result}"]
"""


def setUpModule():
    global coordinator
    coordinator = Coordinator(CONFIGURATION)
    unittest.addModuleCleanup(coordinator.stop)


class MusterTests(unittest.TestCase):
    def setUp(self):
        self.user = User(coordinator)
        self.addCleanup(self.user.close)

    def hello(self, name, kinds, lowest=1, highest=1):
        return pb.WorkerFrame(hello=pb.WorkerHello(
            protocol=pb.ProtocolRange(lowest=lowest, highest=highest), build="python-test", name=name, kinds=kinds,
            slots=1, memory=1 << 30, session=7, generation=1))

    def worker(self, name, kinds):
        """A connected worker's stream."""
        stream = Stream(self.user.stub.Work)
        self.addCleanup(stream.cancel)
        stream.send(self.hello(name, kinds))
        welcome = stream.next().welcome
        self.assertEqual((welcome.protocol, welcome.heartbeat_milliseconds), (1, 2000))
        return stream

    def assignment(self, stream):
        while True:
            batch = stream.next().batch
            if batch.assignments:
                self.assertEqual(len(batch.assignments), 1)
                return batch.assignments[0]

    def finish(self, stream, assignment, result):
        """Reports a start and an end; the coordinator's verdict."""
        token = dict(epoch=assignment.epoch, number=assignment.number)
        stream.send(pb.WorkerFrame(batch=pb.WorkerBatch(started=[pb.AttemptRef(**token, started=True)])))
        stream.send(pb.WorkerFrame(batch=pb.WorkerBatch(ends=[
            pb.AttemptEnd(**token, outcome=pb.ATTEMPT_OUTCOME_DONE, result=result, run_nanoseconds=1000)])))
        while True:
            for answer in stream.next().batch.answers:
                self.assertEqual((answer.epoch, answer.number), (assignment.epoch, assignment.number))
                return pb.EndVerdict.Name(answer.verdict).removeprefix("END_VERDICT_")

    def leave(self, stream):
        stream.send(pb.WorkerFrame(batch=pb.WorkerBatch(draining=True)))
        stream.end()
        stream.rest()

    def test_status(self):
        status = self.user.stub.GetStatus(pb.GetStatusRequest(with_counts=True), timeout=PATIENCE)
        self.assertLessEqual(status.protocol.lowest, 1)
        self.assertGreaterEqual(status.protocol.highest, 1)
        self.assertTrue(status.build)
        self.assertIn("muster.db", status.store)
        self.assertGreater(status.started_unix_ms, 1_600_000_000_000)

    def test_submissions_are_answered_each_for_itself(self):
        specs = [
            pb.TaskSpec(id="sub-1", kind="checked", input=b"one"),
            pb.TaskSpec(id="no good/id", kind="checked", input=b"one"),
            pb.TaskSpec(id="sub-1", kind="checked", input=b"one"),
            pb.TaskSpec(id="sub-1", kind="checked", input=b"two"),
            pb.TaskSpec(id="sub-2", kind="checked", input=b"one", priority=1001),
            pb.TaskSpec(id="sub-3", kind="checked", input=b"one", depends_on=["sub-9"]),
            pb.TaskSpec(id="sub-4", kind="checked", input=b"one", depends_on=["sub-1"]),
            pb.TaskSpec(id="sub-5", kind="checked", input=bytes((16 << 20) + 1)),
            pb.TaskSpec(kind="checked", input=b"unnamed"),
        ]
        answers = self.user.stub.SubmitTasks(pb.SubmitTasksRequest(tasks=specs), timeout=PATIENCE).answers
        self.assertEqual(
            [answer.problem.code or "taken" for answer in answers],
            ["taken", "bad_id", "taken", "id_taken", "bad_priority", "unknown_dependency", "taken", "input_too_large",
             "taken"])
        self.assertEqual([answer.existing for answer in answers[0:3:2]], [False, True])
        self.assertEqual((answers[0].state, answers[6].state), (pb.TASK_STATE_QUEUED, pb.TASK_STATE_WAITING))
        self.assertTrue(answers[8].id)
        for answer in answers:
            if answer.HasField("problem"):
                self.assertTrue(answer.problem.message)
        ids = [answer.id for answer in answers if not answer.HasField("problem")]
        self.user.stub.CancelTasks(pb.TaskIdsRequest(ids=ids), timeout=PATIENCE)

    def test_a_worker_by_hand_and_a_user_who_follows(self):
        stream = self.worker("hand-1", ["plain"])
        follow = Stream(self.user.stub.FollowTasks)
        self.addCleanup(follow.cancel)
        follow.send(pb.FollowTasksRequest(
            submit=[pb.TaskSpec(id="hand-task", kind="plain", input=b"seven"), pb.TaskSpec(id="-", kind="plain")],
            follow=["nobody-has-this"], with_results=True))
        follow.end()
        assignment = self.assignment(stream)
        self.assertEqual(
            (assignment.task_id, assignment.kind, assignment.attempt, assignment.input, assignment.input_size),
            ("hand-task", "plain", 1, b"seven", 5))
        self.assertEqual(self.user.workers()["hand-1"].state, "connected")
        self.assertEqual(self.finish(stream, assignment, b"49"), "COMMITTED")
        told = follow.rest()
        answers = [answer for message in told for answer in message.answers]
        self.assertEqual([(a.id, a.problem.code) for a in answers], [("hand-task", ""), ("-", "bad_id")])
        self.assertEqual([id for message in told for id in message.unknown], ["nobody-has-this"])
        ends = [end for message in told for end in message.ends]
        self.assertEqual(
            [(end.id, end.state, end.result, end.worker) for end in ends],
            [("hand-task", pb.TASK_STATE_DONE, b"49", "hand-1")])
        self.leave(stream)

    def test_a_result_with_a_verifier_is_judged_after_it_is_kept(self):
        stream = self.worker("hand-2", ["checked"])
        self.user.submit("checked", {"judged": b"one"})
        assignment = self.assignment(stream)
        self.assertEqual(self.finish(stream, assignment, b"pone"), "VERIFYING")
        until(lambda: self.user.state("judged") == "done", "the verifier has passed it")
        self.assertEqual(self.user.result("judged"), b"pone")
        self.leave(stream)

    def test_what_a_worker_holds_goes_to_another_when_it_leaves(self):
        stream = self.worker("hand-3", ["plain"])
        self.user.submit("plain", {"left-behind": b"one"})
        self.assertEqual(self.assignment(stream).task_id, "left-behind")
        self.leave(stream)
        other = self.worker("hand-4", ["plain"])
        assignment = self.assignment(other)
        self.assertEqual(assignment.task_id, "left-behind")
        self.assertEqual(self.finish(other, assignment, b"1"), "COMMITTED")
        self.leave(other)

    def test_versions_that_have_nothing_in_common_are_both_named(self):
        stream = Stream(self.user.stub.Work)
        self.addCleanup(stream.cancel)
        stream.send(self.hello("future", ["plain"], lowest=7, highest=9))
        with refusal(self, StatusCode.FAILED_PRECONDITION) as words:
            stream.next()
        self.assertRegex(
            words[0],
            r"^the worker \(muster python-test\) speaks versions 7 to 9 of the protocol and the coordinator "
            r"\(muster [^)]+\) speaks version 1: upgrade the coordinator$")
        self.assertNotIn("future", self.user.workers())

    def test_a_first_frame_that_is_no_greeting_is_refused(self):
        stream = Stream(self.user.stub.Work)
        self.addCleanup(stream.cancel)
        stream.send(pb.WorkerFrame(batch=pb.WorkerBatch()))
        with refusal(self, StatusCode.INVALID_ARGUMENT) as words:
            stream.next()
        self.assertEqual(words, ["a worker's first frame must be its greeting"])
