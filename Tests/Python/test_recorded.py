"""Peers of earlier versions, as recorded by record_peers.py, against the program of today."""

import functools
import json
import re
import shutil
import tempfile
import unittest
from pathlib import Path

import grpc
import muster_pb2 as pb
from support.clients import PATIENCE, Stream, User, connect
from support.coordinator import Coordinator, until
from support.frozen import Protocol, meaning
from support.playback import AnswersPlayback, CoordinatorPlayback, Server
from support.process import Worker, command
from support.recording import FOLDER, Recording, calls, unpack
from support.replay import CallReplay, WorkerReplay

VERSIONS = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def recorded(name):
    """The test is made with each version's recording of this name, and the protocol as it was."""
    def decorate(test):
        @functools.wraps(test)
        def for_each(self):
            self.assertTrue(VERSIONS)
            for version in VERSIONS:
                with self.subTest(version):
                    test(self, Recording(version, name), Protocol.of(version))
        return for_each
    return decorate


class RecordedCase(unittest.TestCase):
    maxDiff = None

    def coordinator(self, recording):
        """A coordinator of today, configured as the recorded one; and a user of it."""
        coordinator = Coordinator(recording.header["coordinator"])
        self.addCleanup(coordinator.stop)
        user = User(coordinator)
        self.addCleanup(user.close)
        return coordinator, user

    def worker(self, recording, *more, files=()):
        worker = Worker(*recording.header["arguments"], *more, files={**recording.header["worker"], **dict(files)})
        self.addCleanup(worker.stop)
        return worker

    def submit(self, user, event):
        """Submits the task that was submitted then."""
        spec = pb.TaskSpec.FromString(unpack(event))
        answer = user.stub.SubmitTasks(pb.SubmitTasksRequest(tasks=[spec]), timeout=PATIENCE).answers[0]
        self.assertFalse(answer.HasField("problem"), answer.problem.message)

    def check(self, protocol, user, event, names=()):
        """What became of the task must be what became of it then, in the eyes of a peer of that version."""
        recorded = protocol.TaskDetail.FromString(unpack(event))
        for then, today in dict(names).items():
            if recorded.summary.worker == then:
                recorded.summary.worker = today
            for attempt in recorded.attempts:
                attempt.worker = today if attempt.worker == then else attempt.worker
        recorded = meaning(recorded)

        def task():
            raw = user.task(recorded["summary"]["id"]).SerializeToString()
            return meaning(protocol.TaskDetail.FromString(raw))

        try:
            until(lambda: task() == recorded, "the task is what it was")
        except AssertionError:
            self.assertEqual(recorded, task(), "then and today")


class FrozenTests(RecordedCase):
    def test_what_was_in_the_protocol_is_in_it_and_means_the_same(self):
        today = {}
        for file in Protocol.today().files:
            today.update(self.content(file))
        for version in VERSIONS:
            with self.subTest(version):
                for file in Protocol.of(version).files:
                    for name, what in self.content(file).items():
                        self.assertEqual(today.get(name), what, f"{name} is another than in {version}")

    def content(self, file):
        """All that a peer relies on, by full name."""
        def messages(prefix, some):
            for message in some:
                name = f"{prefix}.{message.name}"
                for field in message.field:
                    options = (field.number, field.type, field.label, field.type_name, field.proto3_optional)
                    oneof = message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else None
                    yield f"{name}.{field.name}", (*options, oneof)
                yield from messages(name, message.nested_type)

        found = dict(messages(file.package, file.message_type))
        for enum in file.enum_type:
            found.update({f"{file.package}.{enum.name}.{value.name}": value.number for value in enum.value})
        for service in file.service:
            for method in service.method:
                found[f"{file.package}.{service.name}/{method.name}"] = (
                    method.input_type, method.output_type, method.client_streaming, method.server_streaming)
        return found

    def test_recordings_are_of_the_version_that_their_folder_names(self):
        for version in VERSIONS:
            for name in ("worker", "user", "original"):
                found = Recording(version, name).header["protocol"]
                self.assertEqual(re.match(r"v(\d+)", version)[1], str(found), f"{version}/{name}.jsonl")


class OldClientTests(RecordedCase):
    """Recorded clients, a coordinator of today."""

    @recorded("worker")
    def test_a_recorded_worker(self, recording, protocol):
        coordinator, user = self.coordinator(recording)

        def do(event):
            if event["do"] == "submit":
                self.submit(user, event)
            elif event["do"] == "cancel":
                user.stub.CancelTasks(pb.TaskIdsRequest(ids=[event["id"]]), timeout=PATIENCE)
            elif event["do"] == "drain":
                user.stub.DrainWorker(pb.WorkerRequest(name=event["name"]), timeout=PATIENCE)
            else:
                self.assertEqual(event["do"], "check")
                self.check(protocol, user, event)

        replay = WorkerReplay(self, recording, protocol, coordinator, do)
        replay.run()
        for what in ("welcomes", "assignments", "answers", "stops", "drain"):
            self.assertEqual(vars(replay.recorded)[what], vars(replay.today)[what], what)
        for name, input in replay.recorded.inputs.items():
            self.assertTrue(replay.today.inputs[name] == input, name)
        # What the coordinator keeps is what the worker sent.
        for (id, _), input in replay.today.inputs.items():
            if len(input) > 64 << 10:
                self.assertTrue(user.result(id) == input)

    @recorded("user")
    def test_a_recorded_user(self, recording, protocol):
        coordinator, user = self.coordinator(recording)
        worker = self.worker(recording, "--coordinator", coordinator.address)
        until(lambda: user.workers(), f"the worker is there: {worker.messages}")
        replay = CallReplay(self, protocol, coordinator)
        self.addCleanup(replay.close)
        for call in calls(recording.events):
            replay.run(call)
        self.assertEqual(worker.wait(), 0, worker.messages)

    @recorded("original")
    def test_a_recorded_client_of_the_original_protocol(self, recording, protocol):
        coordinator, user = self.coordinator(recording)
        names = {}
        channel = connect(coordinator)
        self.addCleanup(channel.close)
        made = iter(calls(recording.events))
        for event in recording.events:
            if event.get("do") == "submit":
                self.submit(user, event)
            elif event.get("do") == "check":
                self.check(protocol, user, event, names)
            elif "method" in event:
                self.original_call(channel, protocol, next(made), names)

    def original_call(self, channel, protocol, call, names):
        asked, answered = protocol.method(call.method)
        request = asked.FromString(call.messages("client")[0])
        if "prover_id" in asked.DESCRIPTOR.fields_by_name:
            request.prover_id = names[request.prover_id]
        stream = Stream(channel.stream_stream(call.method))
        stream.send(request.SerializeToString())
        stream.end()
        then = [answered.FromString(raw) for raw in call.messages("server")]
        try:
            today, status = [answered.FromString(raw) for raw in stream.rest()], "OK"
        except grpc.RpcError as error:
            today, status = [], error.code().name
        self.assertEqual(status, call.status["end"], call.method)
        self.assertEqual([meaning(m) for m in today], [meaning(m) for m in then], call.method)
        if call.method.endswith("/Register"):
            names[then[0].prover_id] = today[0].prover_id


class OldServerTests(RecordedCase):
    """Recorded coordinators, clients of today."""

    @recorded("worker")
    def test_a_worker_at_a_recorded_coordinator(self, recording, protocol):
        playback = CoordinatorPlayback(recording, protocol)
        self.addCleanup(playback.stop)
        worker = self.worker(recording, "--coordinator", playback.address)
        over = playback.is_over.wait(60)
        self.assertIsNone(playback.complaint, worker.messages)
        self.assertTrue(over, worker.messages)
        self.assertEqual(worker.wait(), 0, worker.messages)
        then, today = playback.recorded, playback.today
        self.assertEqual(then.ends, today.ends)
        for token, text in then.logs.items():
            # One that was stopped may have come to that before it said anything.
            if then.ends[token]["outcome"] != "ATTEMPT_OUTCOME_CANCELLED":
                self.assertEqual(today.logs.get(token), text)
        for token, result in then.results.items():
            self.assertTrue(today.results[token] == result, token)
        self.greeted_alike(protocol, then.hellos, today.hellos)

    def greeted_alike(self, protocol, then, today):
        self.assertEqual(len(today), len(then))
        self.assertEqual(len({hello.session for hello in today}), 1)
        for old, new in zip(then, today):
            self.assertLessEqual(new.protocol.lowest, old.protocol.highest)
            old, new = protocol.WorkerHello.FromString(old.SerializeToString()), new
            for hello in (old, new):
                hello.ClearField("protocol")
                hello.ClearField("session")
            self.assertEqual(meaning(old), meaning(new))

    @recorded("user")
    def test_commands_at_a_recorded_coordinator(self, recording, protocol):
        playback = AnswersPlayback(protocol)
        self.addCleanup(playback.stop)
        folder = self.folder(recording)
        starts = [n for n, event in enumerate(recording.events) if event.get("do") == "command"]
        for start, end in zip(starts, [*starts[1:], len(recording.events)]):
            words, printed = recording.events[start]["arguments"], recording.events[end - 1]
            with self.subTest(" ".join(words)):
                playback.begin(recording.events[start:end])
                status, out, messages = command(folder, *words, "--coordinator", playback.address)
                self.assertEqual(playback.complaints, [], messages)
                self.assertEqual(status, printed["status"], messages)
                out = out.replace(playback.address.encode(), b"COORDINATOR")
                self.printed_alike(words, unpack(printed), out)
                self.assertFalse([call.method for call in playback.left if not call.method.endswith("/GetStatus")])

    def folder(self, recording):
        """A folder with the files that the commands read."""
        folder = Path(tempfile.mkdtemp(prefix="commands-"))
        self.addCleanup(shutil.rmtree, folder)
        for name, packed in recording.header["files"].items():
            (folder / name).write_bytes(unpack(packed))
        return folder

    def printed_alike(self, words, then, today):
        if then and (words[-2:] == ["--output", "json"] or words[0] == "run"):
            then, today = ([json.loads(line) for line in out.splitlines()] for out in (then, today))
            self.read_alike(then, today, "")
        else:
            self.assertEqual(then[:2000], today[:2000])
            self.assertTrue(then == today)

    def read_alike(self, then, today, place):
        """Programs read it: what was there is there; more may be."""
        if isinstance(then, dict):
            for key, value in then.items():
                self.assertIn(key, today, place)
                self.read_alike(value, today[key], f"{place}.{key}")
        elif isinstance(then, list):
            self.assertEqual(len(then), len(today), place)
            for number, (old, new) in enumerate(zip(then, today)):
                self.read_alike(old, new, f"{place}[{number}]")
        else:
            self.assertEqual(then, today, place)

    @recorded("original")
    def test_a_client_of_the_original_protocol_at_a_recorded_coordinator(self, recording, protocol):
        left = [call for call in calls(recording.events) if call.status["end"] == "OK"]
        complaints, polls = [], []

        def answer(method, requests, context):
            asked, _ = protocol.method(method)
            request = meaning(asked.FromString(next(iter(requests))))
            if left and left[0].method == method:
                call = left.pop(0)
                then = meaning(asked.FromString(call.messages("client")[0]))
                if request != then:
                    complaints.append((method, then, request))
                yield from call.messages("server")
            elif method.endswith("/PollTask"):
                polls.append(request)
                context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "no task is ready")
            else:
                complaints.append((method, None, request))
                context.abort(grpc.StatusCode.INTERNAL, "this was not asked then")

        server = Server(answer)
        self.addCleanup(server.stop)
        client = recording.header["worker"]["client.yaml"].replace("ADDRESS", server.address)
        worker = self.worker(recording, files={"client.yaml": client})
        until(lambda: complaints or not left and polls, "it has asked all and polls again")
        self.assertEqual(complaints, [], worker.messages)
