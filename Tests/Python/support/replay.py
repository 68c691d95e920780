"""Plays the part of a recorded client against a server of today: it says what was said, when it was said.

Each replay goes through the events in their order. It says what the client said, and where the server said something it
waits until today's server has said as much, in however many messages. What identifies an attempt is of the day: recorded
tokens are replaced by those of today's assignments.
"""

import grpc

from support.clients import Stream, connect
from support.coordinator import until
from support.frozen import meaning, total
from support.recording import unpack

WORK = "/muster.v1.Muster/Work"

# How long today's server may take to say what was said in a recording.
SECONDS = 10


def tokens_in(message):
    """All messages within this one, and itself, that name an attempt by its token."""
    if "epoch" in message.DESCRIPTOR.fields_by_name:
        yield message
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.GetOptions().map_entry:
            continue
        for item in [value] if hasattr(value, "DESCRIPTOR") else value:
            yield from tokens_in(item)


def token(message):
    return message.epoch, message.number


class Said:
    """What a coordinator has said to a worker, by task and number of the attempt."""

    def __init__(self):
        self.welcomes = []
        self.assignments = {}
        self.names = {}
        self.inputs = {}
        self.answers = {}
        self.stops = {}
        self.drain = False

    def take(self, frame):
        if frame.WhichOneof("frame") == "welcome":
            stale = sorted(self.names[token(ref)] for ref in frame.welcome.stale)
            kinds = [{**meaning(kind), "workers": None, "by_state": None} for kind in frame.welcome.kinds]
            welcome = {**meaning(frame.welcome), "stale": stale, "kinds": sorted(kinds, key=lambda kind: kind["name"])}
            self.welcomes.append(welcome)
            return
        batch = frame.batch
        for assignment in batch.assignments:
            name = (assignment.task_id, assignment.attempt)
            self.names[token(assignment)] = name
            self.assignments[name] = meaning(assignment)
            self.inputs[name] = assignment.input
        for chunk in batch.chunks:
            self.inputs[self.names[token(chunk)]] += chunk.data
        for answer in batch.answers:
            self.answers[self.names[token(answer)]] = meaning(answer)["verdict"]
        for stop in batch.stops:
            self.stops[self.names[token(stop)]] = meaning(stop)
        self.drain = self.drain or batch.drain

    def lacks(self, other):
        """What the other has heard and this has not; None if there is nothing."""
        if len(self.welcomes) < len(other.welcomes):
            return "a welcome"
        for what in ("assignments", "answers", "stops"):
            if missing := vars(other)[what].keys() - vars(self)[what].keys():
                return f"{what} of {sorted(missing)}"
        for name, input in other.inputs.items():
            if len(self.inputs[name]) < len(input):
                return f"the whole input of {name}"
        return "to drain" if other.drain and not self.drain else None


class WorkerReplay:
    """A recorded worker, at work for a coordinator of today."""

    def __init__(self, case, recording, protocol, coordinator, do):
        self.case, self.recording, self.protocol, self.do = case, recording, protocol, do
        self.channel = connect(coordinator)
        self.recorded, self.today = Said(), Said()
        self.stream = None

    def run(self):
        try:
            for event in self.recording.events:
                self.step(event)
        finally:
            if self.stream:
                self.stream.cancel()
            self.channel.close()

    def step(self, event):
        if event.get("do") == "cut":
            self.stream.cancel()
        elif "do" in event:
            self.do(event)
        elif "method" in event:
            self.case.assertEqual(event["method"], WORK)
            self.stream = Stream(self.channel.stream_stream(WORK))
        elif event["from"] == "client":
            self.say(event)
        else:
            self.hear(event)

    def say(self, event):
        if "end" in event:
            return self.stream.end()
        frame = self.protocol.WorkerFrame.FromString(unpack(event))
        todays = {name: token for token, name in self.today.names.items()}
        for named in tokens_in(frame):
            named.epoch, named.number = todays[self.recorded.names[token(named)]]
        self.stream.send(frame.SerializeToString())

    def hear(self, event):
        if "end" in event:
            self.case.assertEqual(event["end"], "OK")
            for raw in self.stream.rest():
                self.today.take(self.protocol.CoordinatorFrame.FromString(raw))
            return
        self.recorded.take(self.protocol.CoordinatorFrame.FromString(unpack(event)))
        while lacking := self.today.lacks(self.recorded):
            try:
                frame = self.protocol.CoordinatorFrame.FromString(self.stream.next())
            except (StopIteration, grpc.RpcError) as error:
                self.case.fail(f"the coordinator did not say {lacking}: {error!r}")
            self.today.take(frame)


class CallReplay:
    """A recorded client's calls, made to a coordinator of today."""

    # Calls that change nothing: asked again until the answer is that of the recording, which others' work precedes.
    QUESTIONS = ("Get", "List", "Count", "Read")

    def __init__(self, case, protocol, coordinator):
        self.case, self.protocol = case, protocol
        self.channel = connect(coordinator)

    def close(self):
        self.channel.close()

    def run(self, call):
        """Makes the call, and holds what today's coordinator answers against what was answered then."""
        recorded = self.told(call, call.messages("server"), call.status and call.status["end"])
        answer = self.make(call)
        if call.method.split("/")[-1].startswith(self.QUESTIONS):
            answers = [answer]

            def same():
                if answers[-1] != recorded:
                    answers.append(self.make(call))
                return answers[-1] == recorded

            try:
                until(same, "the answer is the recorded one", SECONDS)
            except AssertionError:
                answer = answers[-1]
            else:
                return
        self.case.assertEqual(recorded, answer, f"{call.method}: then and today")

    def told(self, call, messages, status):
        _, answers = self.protocol.method(call.method)
        return {**total([answers.FromString(raw) for raw in messages]), "status": status}

    def make(self, call):
        stream = Stream(self.channel.stream_stream(call.method))
        for event in call.events:
            if event["from"] == "client" and "end" not in event:
                stream.send(unpack(event))
            elif event.get("end") == "half-close":
                stream.end()
        messages, status = [], "OK"
        wanted = self.told(call, call.messages("server"), None)
        try:
            # A client that went away did so when it had heard enough.
            while call.status or not self.has_heard(wanted, self.told(call, messages, None)):
                messages.append(stream.next())
        except StopIteration:
            pass
        except grpc.RpcError as error:
            status = error.code().name
        if not call.status:
            stream.cancel()
            status = None
        return self.told(call, messages, status)

    @staticmethod
    def has_heard(wanted, told):
        return all(len(told.get(name, [])) >= len(value) for name, value in wanted.items() if isinstance(value, list))
