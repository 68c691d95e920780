"""Plays the part of a recorded server towards a client of today: it answers what was answered, when it was answered."""

import threading
import time
from concurrent import futures

import grpc

from support.frozen import meaning, total
from support.recording import calls, unpack
from support.replay import WORK, token

# How long today's client may take to say what was said in a recording.
SECONDS = 15


class Server(grpc.GenericRpcHandler):
    """Serves by bytes. `answer(method, requests, context)` gives the bytes of the answers, or aborts."""

    def __init__(self, answer):
        self._answer = answer
        self._server = grpc.server(futures.ThreadPoolExecutor(16), handlers=[self])
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def service(self, details):
        return grpc.stream_stream_rpc_method_handler(
            lambda requests, context: self._answer(details.method, requests, context))

    def stop(self):
        self._server.stop(None).wait()


class Heard:
    """Bytes of one side's messages as they come, read on a thread of its own."""

    def __init__(self, requests):
        self.messages = []
        self.is_over = False
        self._requests = requests
        self._change = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            for raw in self._requests:
                with self._change:
                    self.messages.append(raw)
                    self._change.notify_all()
        except grpc.RpcError:
            pass
        with self._change:
            self.is_over = True
            self._change.notify_all()

    def wait(self, condition, seconds=SECONDS):
        """Whether the condition came true before time was up or no more could come."""
        with self._change:
            self._change.wait_for(lambda: condition() or self.is_over, seconds)
            return condition()


class Told:
    """What a worker has told a coordinator, by token."""

    def __init__(self):
        self.hellos = []
        self.started = set()
        self.ends = {}
        self.results = {}
        self.logs = {}
        self.draining = False

    def take(self, frame):
        if frame.WhichOneof("frame") == "hello":
            self.hellos.append(frame.hello)
            return
        batch = frame.batch
        self.started.update(token(ref) for ref in batch.started)
        for log in batch.logs:
            self.logs[token(log)] = self.logs.get(token(log), b"") + log.text
        for chunk in batch.chunks:
            self.results[token(chunk)] = self.results.get(token(chunk), b"") + chunk.data
        for end in batch.ends:
            self.ends[token(end)] = meaning(end)
            self.results.setdefault(token(end), end.result)
        self.draining = self.draining or batch.draining

    def lacks(self, other):
        """What the other has told and this has not; None if there is nothing."""
        if len(self.hellos) < len(other.hellos):
            return "a hello"
        # The end of one that was brief says that it started.
        if missing := other.started - self.started - self.ends.keys():
            return f"the start of {missing}"
        if missing := other.ends.keys() - self.ends.keys():
            return f"the end of {missing}"
        return "that it drains" if other.draining and not self.draining else None


class CoordinatorPlayback:
    """A recorded coordinator, to which a worker of today comes."""

    def __init__(self, recording, protocol):
        self.protocol = protocol
        self.recorded, self.today = Told(), Told()
        self.complaint = None
        self.is_over = threading.Event()
        self._events = iter([event for event in recording.events if "method" not in event])
        self._server = Server(self._answer)
        self.address = self._server.address
        self.stop = self._server.stop

    def _answer(self, method, requests, context):
        if method != WORK:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"{method} is not served")
        heard = Heard(requests)
        taken = 0

        def says_it_all():
            nonlocal taken
            while taken < len(heard.messages):
                self.today.take(self.protocol.WorkerFrame.FromString(heard.messages[taken]))
                taken += 1
            return not self.today.lacks(self.recorded)

        for event in self._events:
            if event.get("do") == "cut":
                context.abort(grpc.StatusCode.UNAVAILABLE, "the connection was cut")
            elif "do" in event:
                continue
            elif event["from"] == "server" and "end" in event:
                self.is_over.set()
                return
            elif event["from"] == "server":
                yield unpack(event)
            elif "end" in event:
                if not heard.wait(lambda: heard.is_over):
                    self._complain(context, "it did not close its side")
            else:
                self.recorded.take(self.protocol.WorkerFrame.FromString(unpack(event)))
                if not heard.wait(says_it_all):
                    self._complain(context, f"the worker did not say {self.today.lacks(self.recorded)}")

    def _complain(self, context, sentence):
        self.complaint = self.complaint or sentence
        self.is_over.set()
        context.abort(grpc.StatusCode.INTERNAL, sentence)


class AnswersPlayback:
    """A recorded coordinator, of which a command of today asks something. It serves the calls of one command at a time."""

    def __init__(self, protocol):
        self.protocol = protocol
        self.complaints = []
        self.left = []
        self._lock = threading.Lock()
        self._status = None
        self._server = Server(self._answer)
        self.address = self._server.address
        self.stop = self._server.stop

    def begin(self, events):
        """The calls to answer from now on."""
        self.left = calls(events)
        self.complaints = []

    def _next(self, method):
        with self._lock:
            call = next((call for call in self.left if call.method == method), None)
            if call:
                self.left.remove(call)
                self._status = call if method.endswith("/GetStatus") else self._status
            elif method.endswith("/GetStatus"):
                return self._status  # Asked once more than then: that is no harm.
            return call

    def _answer(self, method, requests, context):
        call = self._next(method)
        if not call:
            self.complaints.append(f"{method} was called, and it was not then")
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"{method} is not served")
        kind, _ = self.protocol.method(method)
        heard = Heard(requests)
        recorded = []

        def told(messages):
            return total([kind.FromString(raw) for raw in messages])

        def says_it_all():
            return all(
                len(told(heard.messages).get(name, [])) >= len(value)
                for name, value in told(recorded).items() if isinstance(value, list)
            ) and (heard.messages or not recorded)

        for event in call.events:
            if event["from"] == "client" and "end" not in event:
                recorded.append(unpack(event))
                heard.wait(says_it_all)
                if told(heard.messages) != told(recorded):
                    self.complaints.append(f"{method} asked {told(heard.messages)}, and then {told(recorded)}")
            elif event.get("end") == "half-close":
                heard.wait(lambda: heard.is_over)
            elif event.get("end") == "cancel":
                end = time.monotonic() + SECONDS
                while context.is_active() and time.monotonic() < end:
                    time.sleep(0.01)
            elif "end" not in event:
                yield unpack(event)
        if call.status:
            context.set_trailing_metadata(tuple(call.status.get("metadata", {}).items()))
            if call.status["end"] != "OK":
                context.abort(grpc.StatusCode[call.status["end"]], call.status["details"])
