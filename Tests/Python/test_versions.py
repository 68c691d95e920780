"""Peers from another time: those with which there is no common version are told so, both ways, and how to cure it."""

import unittest

import muster_pb2 as pb
from grpc import StatusCode
from support.clients import Stream, User, refusal
from support.coordinator import Coordinator, until
from support.playback import Server
from support.process import Worker, command

BUILD = "other-build"
OWN = r"\(muster [0-9]\S*\)"
# The versions that a peer from another time speaks, how they are called, and whether it is the other's turn to upgrade.
STRANGERS = [((7, 9), "versions 7 to 9", False), ((7, 7), "version 7", False), ((0, 0), "version 0", True)]
# Ranges within which a version that this program speaks lies.
NEIGHBOURS = [(1, 9), (0, 1), (1, 1)]


def setUpModule():
    global coordinator
    coordinator = Coordinator("heartbeat: 2s\nkinds:\n  plain: {}\n")
    unittest.addModuleCleanup(coordinator.stop)


class WorkerVersionTests(unittest.TestCase):
    """Workers written by hand, the coordinator of today."""

    def setUp(self):
        self.user = User(coordinator)
        self.addCleanup(self.user.close)

    def greet(self, name, versions):
        stream = Stream(self.user.stub.Work)
        self.addCleanup(stream.cancel)
        hello = pb.WorkerHello(build=BUILD, name=name, kinds=["plain"], slots=1, memory=1 << 30, session=7, generation=1)
        if versions:
            hello.protocol.lowest, hello.protocol.highest = versions
        stream.send(pb.WorkerFrame(hello=hello))
        return stream

    def test_a_worker_from_the_past_is_told_to_upgrade(self):
        # One that says nothing of versions speaks none that anybody knows.
        for versions in ((0, 0), None):
            with refusal(self, StatusCode.FAILED_PRECONDITION) as words:
                self.greet("past", versions).next()
            self.assertRegex(
                words[0],
                rf"^the worker \(muster {BUILD}\) speaks version 0 of the protocol and the coordinator {OWN} speaks "
                r"versions? [0-9 to]+: upgrade the worker$")
            self.assertNotIn("past", self.user.workers())

    def test_a_worker_whose_versions_overlap_works(self):
        for number, versions in enumerate(NEIGHBOURS):
            stream = self.greet(f"near-{number}", versions)
            welcome = stream.next().welcome
            self.assertIn(welcome.protocol, range(max(versions[0], 1), versions[1] + 1))
            self.user.submit("plain", {f"near-{number}": b"one"})
            assignment = next(a for frame in iter(stream.next, None) for a in frame.batch.assignments)
            stream.send(pb.WorkerFrame(batch=pb.WorkerBatch(ends=[pb.AttemptEnd(
                epoch=assignment.epoch, number=assignment.number, outcome=pb.ATTEMPT_OUTCOME_DONE, result=b"1")])))
            until(lambda: self.user.state(f"near-{number}") == "done", "its result is taken")
            stream.send(pb.WorkerFrame(batch=pb.WorkerBatch(draining=True)))
            stream.end()
            stream.rest()


class CoordinatorVersionTests(unittest.TestCase):
    """Coordinators written by hand, commands and workers of today."""

    COMMANDS = ["task list", "coordinator status", "submit --kind plain --input 1", "worker drain somebody"]

    def serve(self, versions, work=None):
        """A coordinator that speaks these versions; `work` answers a worker's greeting."""
        def answer(method, requests, context):
            if method.endswith("/GetStatus"):
                range = pb.ProtocolRange(lowest=versions[0], highest=versions[1])
                yield pb.GetStatusResponse(protocol=range, build=BUILD, store="none").SerializeToString()
            elif method.endswith("/ListTasks"):
                yield pb.ListTasksResponse(tasks=[pb.TaskSummary(id="theirs", kind="plain")]).SerializeToString()
            elif method.endswith("/Work") and work:
                yield from work(pb.WorkerFrame.FromString(next(requests)).hello, requests, context)
            else:
                context.abort(StatusCode.UNIMPLEMENTED, f"{method} is not served")

        server = Server(answer)
        self.addCleanup(server.stop)
        return server.address

    def worker(self, address):
        files = {"worker.yaml": "kinds:\n  plain:\n    executor: [cat]\n"}
        worker = Worker("-c", "worker.yaml", "--name", "here", "--coordinator", address, files=files)
        self.addCleanup(worker.stop)
        return worker

    def sentence(self, messages):
        """The one line that was said as an error."""
        errors = [line for line in messages.splitlines() if "error: " in line]
        self.assertEqual(len(errors), 1, messages)
        return errors[0]

    def test_commands_name_both_versions_and_the_side_to_upgrade(self):
        for versions, called, is_old in STRANGERS:
            address = self.serve(versions)
            cure = "upgrade the peer to this program's release" if is_old else "upgrade this program to the peer's release"
            for words in self.COMMANDS:
                with self.subTest(command=words, versions=versions):
                    status, printed, messages = command(coordinator.folder, *words.split(), "--coordinator", address)
                    self.assertEqual((status, printed), (1, b""), messages)
                    self.assertRegex(
                        messages,
                        rf"\Aerror: the coordinator at {address} \(muster {BUILD}\) speaks {called} of the protocol and "
                        rf"this program {OWN} speaks versions? [0-9 to]+: {cure}\n\Z")

    def test_commands_understand_a_coordinator_whose_versions_overlap(self):
        for versions in NEIGHBOURS:
            status, printed, messages = command(
                coordinator.folder, "task", "list", "--output", "quiet", "--coordinator", self.serve(versions))
            self.assertEqual((status, printed.split()), (0, [b"theirs"]), messages)

    def test_a_worker_says_what_the_coordinator_that_refused_it_said(self):
        for versions, called, is_old in STRANGERS:
            with self.subTest(versions=versions):
                heard = []

                def refuse(hello, _, context):
                    heard.append(hello)
                    context.abort(
                        StatusCode.FAILED_PRECONDITION,
                        f"the worker (muster {hello.build}) speaks version {hello.protocol.highest} of the protocol and the "
                        f"coordinator (muster {BUILD}) speaks {called}: upgrade the {'coordinator' if is_old else 'worker'}")
                    yield

                worker = self.worker(self.serve(versions, refuse))
                self.assertEqual(worker.wait(), 1, worker.messages)
                self.assertRegex(
                    self.sentence(worker.messages),
                    rf"{OWN} speaks version [0-9]+ of the protocol and the coordinator \(muster {BUILD}\) speaks {called}: "
                    r"upgrade the (worker|coordinator)")
                self.assertEqual(len(heard), 1, "it has tried again, which changes nothing")
                self.assertLessEqual(1, heard[0].protocol.lowest)
                self.assertLessEqual(heard[0].protocol.lowest, heard[0].protocol.highest)

    def test_a_worker_does_not_work_with_a_version_that_it_does_not_speak(self):
        for (lowest, highest), _, _ in STRANGERS:
            with self.subTest(version=highest):
                def welcome(*_):
                    chosen = pb.CoordinatorWelcome(protocol=highest, build=BUILD, heartbeat_milliseconds=1000)
                    yield pb.CoordinatorFrame(welcome=chosen).SerializeToString()

                worker = self.worker(self.serve((lowest, highest), welcome))
                self.assertEqual(worker.wait(), 1, worker.messages)
                self.assertRegex(
                    self.sentence(worker.messages),
                    rf"\(muster {BUILD}\) chose version {highest} of the protocol and this worker {OWN} speaks "
                    r"versions? [0-9 to]+: upgrade ")

    def test_a_worker_works_for_a_coordinator_whose_versions_overlap(self):
        for versions in NEIGHBOURS:
            with self.subTest(versions=versions):
                ends = []

                def work(hello, requests, _):
                    common = min(hello.protocol.highest, versions[1])
                    chosen = pb.CoordinatorWelcome(protocol=common, build=BUILD, heartbeat_milliseconds=1000)
                    yield pb.CoordinatorFrame(welcome=chosen).SerializeToString()
                    task = pb.Assignment(
                        epoch=1, number=1, task_id="theirs", kind="plain", attempt=1, input=b"one", input_size=3, slots=1)
                    yield pb.CoordinatorFrame(batch=pb.CoordinatorBatch(assignments=[task])).SerializeToString()
                    for raw in requests:
                        for end in pb.WorkerFrame.FromString(raw).batch.ends:
                            ends.append((end.outcome, end.result))
                            answer = pb.EndAnswer(epoch=1, number=1, verdict=pb.END_VERDICT_COMMITTED)
                            yield pb.CoordinatorFrame(
                                batch=pb.CoordinatorBatch(answers=[answer], drain=True)).SerializeToString()

                worker = self.worker(self.serve(versions, work))
                self.assertEqual(worker.wait(), 0, worker.messages)
                self.assertEqual(ends, [(pb.ATTEMPT_OUTCOME_DONE, b"one")])
