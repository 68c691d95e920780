"""Clients of both protocols, as a user of grpcio writes them."""

import queue
import time
from contextlib import contextmanager

import cluster_pb2
import cluster_pb2_grpc
import grpc
import muster_pb2
import muster_pb2_grpc

# No call of these tests takes this long.
PATIENCE = 30


def connect(coordinator):
    """A channel with a connection of its own; otherwise grpcio shares one between channels to the same address."""
    return grpc.insecure_channel(coordinator.address, options=[("grpc.use_local_subchannel_pool", 1)])


class Prover:
    """A prove-client of the original cluster."""

    def __init__(self, coordinator, name=None, hostname="host-1"):
        self.channel = connect(coordinator)
        self.stub = cluster_pb2_grpc.ClusterStub(self.channel)
        self.name = name or self.register(hostname)

    def register(self, hostname):
        return self.stub.Register(cluster_pb2.RegisterRequest(hostname=hostname), timeout=PATIENCE).prover_id

    def request(self, circuit):
        return cluster_pb2.PollTaskRequest(
            prover_id=self.name, circuit=circuit, timestamp=int(time.time() * 1000))

    def poll(self, circuit):
        return self.stub.PollTask(self.request(circuit), timeout=PATIENCE)

    def poll_or_none(self, circuit):
        """A task, or None where there is none for this prover."""
        try:
            return self.poll(circuit)
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.RESOURCE_EXHAUSTED:
                raise
            return None

    def submit(self, task_id, circuit, proof):
        request = cluster_pb2.SubmitProofRequest(
            prover_id=self.name, task_id=task_id, circuit=circuit, proof=proof, timestamp=int(time.time() * 1000))
        return self.stub.SubmitProof(request, timeout=PATIENCE).valid

    def close(self):
        self.channel.close()


class User:
    """A client of Muster's own protocol."""

    def __init__(self, coordinator):
        self.channel = connect(coordinator)
        self.stub = muster_pb2_grpc.MusterStub(self.channel)

    def submit(self, kind, inputs, **more):
        """Submits tasks, one for each input, by ids; all must be taken."""
        specs = [muster_pb2.TaskSpec(id=id, kind=kind, input=input, **more) for id, input in inputs.items()]
        answers = self.stub.SubmitTasks(muster_pb2.SubmitTasksRequest(tasks=specs), timeout=PATIENCE).answers
        for answer in answers:
            assert not answer.HasField("problem"), answer.problem.message
        return answers

    def task(self, id):
        return self.stub.GetTask(muster_pb2.GetTaskRequest(id=id), timeout=PATIENCE)

    def state(self, id):
        return muster_pb2.TaskState.Name(self.task(id).summary.state).removeprefix("TASK_STATE_").lower()

    def result(self, id):
        parts = self.stub.ReadResult(muster_pb2.ReadResultRequest(id=id), timeout=PATIENCE)
        return b"".join(part.data for part in parts)

    def workers(self):
        answer = self.stub.ListWorkers(muster_pb2.ListWorkersRequest(), timeout=PATIENCE)
        return {worker.name: worker for worker in answer.workers}

    def close(self):
        self.channel.close()


class Stream:
    """One call with frames both ways, written and read by hand."""

    _END = object()

    def __init__(self, method):
        self._frames = queue.Queue()
        self._call = method(iter(self._frames.get, self._END), timeout=PATIENCE)

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


@contextmanager
def refusal(case, code):
    """What is inside must be answered with this status; gives a list that then holds the message."""
    words = []
    try:
        yield words
    except grpc.RpcError as error:
        case.assertEqual(error.code(), code, error.details())
        words.append(error.details())
    else:
        case.fail(f"this was answered, and not with {code.name}")
