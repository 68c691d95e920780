"""Clients of Muster's own protocol, as a user of grpcio writes them."""

import queue
from contextlib import contextmanager
from pathlib import Path

import grpc
import muster_pb2
import muster_pb2_grpc

# No call of these tests takes this long.
PATIENCE = 20


def connect(address, identity=None, authority=None, name=None):
    """A channel with a connection of its own.

    `identity`: a folder with ca.pem, cert.pem and key.pem. Without it, but with `authority`: TLS without a certificate
    of one's own. With neither: plaintext.
    """
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.initial_reconnect_backoff_ms", 200)]
    if name:
        options.append(("grpc.ssl_target_name_override", name))
    if identity is None and authority is None:
        return grpc.insecure_channel(address, options=options)
    read = lambda file: (Path(identity) / file).read_bytes()  # noqa: E731
    credentials = (
        grpc.ssl_channel_credentials(authority or read("ca.pem"), read("key.pem"), read("cert.pem")) if identity
        else grpc.ssl_channel_credentials(authority))
    return grpc.secure_channel(address, credentials, options=options)


class User:
    """Somebody with a connection."""

    def __init__(self, address, identity=None, **how):
        self.channel = connect(address, identity, **how)
        self.tasks = muster_pb2_grpc.MusterStub(self.channel)
        self.trust = muster_pb2_grpc.TrustStub(self.channel)

    def submit(self, kind, id, input=b"1", **more):
        """Submits one task; its answer."""
        spec = muster_pb2.TaskSpec(id=id, kind=kind, input=input, **more)
        return self.tasks.SubmitTasks(muster_pb2.SubmitTasksRequest(tasks=[spec]), timeout=PATIENCE).answers[0]

    def task(self, id):
        return self.tasks.GetTask(muster_pb2.GetTaskRequest(id=id), timeout=PATIENCE)

    def state(self, id):
        return muster_pb2.TaskState.Name(self.task(id).summary.state).removeprefix("TASK_STATE_").lower()

    def result(self, id):
        parts = self.tasks.ReadResult(muster_pb2.ReadResultRequest(id=id), timeout=PATIENCE)
        return b"".join(part.data for part in parts)

    def status(self):
        return self.tasks.GetStatus(muster_pb2.GetStatusRequest(), timeout=PATIENCE)

    def who(self):
        return self.trust.WhoAmI(muster_pb2.WhoAmIRequest(), timeout=PATIENCE)

    def follow(self, *ids, submit=()):
        """A stream that stays open."""
        stream = Stream(self.tasks.FollowTasks)
        stream.send(muster_pb2.FollowTasksRequest(follow=ids, submit=submit, with_results=True))
        return stream

    def close(self):
        self.channel.close()


class Stream:
    """One call with frames both ways, written and read by hand."""

    _END = object()

    def __init__(self, method):
        self._frames = queue.Queue()
        self._call = method(iter(self._frames.get, self._END), timeout=3 * PATIENCE)

    def send(self, frame):
        self._frames.put(frame)

    def end(self):
        """Says that no more frames come from here."""
        self._frames.put(self._END)

    def next(self):
        return next(self._call)

    def rest(self):
        return list(self._call)

    def cancel(self):
        self.end()
        self._call.cancel()


def hello(name, *kinds):
    """What a worker says first."""
    greeting = muster_pb2.WorkerHello(
        protocol=muster_pb2.ProtocolRange(lowest=1, highest=1), build="a test", name=name, kinds=kinds, slots=1,
        memory=1 << 30, session=7, generation=1)
    return muster_pb2.WorkerFrame(hello=greeting)


@contextmanager
def refusal(case, code):
    """What is inside must be answered with this status and one sentence; gives a list that then holds it."""
    words = []
    try:
        yield words
    except grpc.RpcError as error:
        case.assertEqual(error.code(), code, error.details())
        words.append(error.details())
        case.assertNotIn("\n", error.details())
    else:
        case.fail(f"this was answered, and not with {code.name}")
