"""The protocol as it was when peers were recorded, from the .proto files beside the recordings, and what messages mean.

Its classes live in a pool of their own, beside the stubs of today's protocol, which have the same names.
"""

import tempfile
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

from support.recording import FOLDER

TODAY = Path(__file__).resolve().parents[3] / "Protos"


class Protocol:
    """All messages and methods of the .proto files of one folder."""

    def __init__(self, folder):
        files = sorted(path.name for path in folder.glob("*.proto"))
        with tempfile.NamedTemporaryFile() as out:
            if protoc.main(["protoc", f"-I{folder}", f"--descriptor_set_out={out.name}", *files]) != 0:
                raise AssertionError(f"no descriptors could be made from {folder}")
            self.files = descriptor_pb2.FileDescriptorSet.FromString(Path(out.name).read_bytes()).file
        self.pool = descriptor_pool.DescriptorPool()
        for file in self.files:
            self.pool.AddSerializedFile(file.SerializeToString())

    @classmethod
    def of(cls, version):
        """The frozen one of a version of the recordings: "v1"."""
        return cls(FOLDER / version)

    @classmethod
    def today(cls):
        return cls(TODAY)

    def __getattr__(self, name):
        """A class of the package muster.v1 by its name: `protocol.WorkerFrame`."""
        return self.message(f"muster.v1.{name}")

    def message(self, name):
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName(name))

    def method(self, path):
        """What "/package.Service/Method" takes and answers: two classes."""
        service, method = path.strip("/").split("/")
        found = self.pool.FindServiceByName(service).methods_by_name[method]
        return tuple(message_factory.GetMessageClass(t) for t in (found.input_type, found.output_type))


def is_repeated(field):
    # `label` went from newer releases of protobuf, and older ones have nothing else.
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED


def is_map(field):
    return field.message_type is not None and field.message_type.GetOptions().map_entry


# What differs from run to run, or may be put into other words: only whether there is any is compared.
LOOSE = {
    "build", "store", "message", "error", "reason", "run_nanoseconds", "prover_id", "hostname", "timestamp",
}
# What says nothing about what is meant.
LEFT_OUT = {"epoch", "peak_memory"}


def meaning(message):
    """A message as plain values, without what differs from run to run and fields that its protocol does not know.

    An enumeration's value that its protocol does not know is an error: an old peer would not know what to do.
    """
    fields = message.DESCRIPTOR.fields_by_name
    is_token = "epoch" in fields
    values = {}
    for name, field in fields.items():
        if name in LEFT_OUT or (is_token and name == "number"):
            continue
        value = getattr(message, name)
        if is_map(field):
            values[name] = dict(value)
        elif is_repeated(field):
            values[name] = [_plain(field, item) for item in value]
        elif field.has_presence and not message.HasField(name):
            values[name] = None
        elif field.message_type is not None and field.message_type.name == "ProtocolRange":
            values[name] = True  # A later release speaks more of them.
        elif name == "outcome" and isinstance(value, str):
            values[name] = value.split(" ")[0]  # In version 1 the reason of a cancellation followed.
        elif name in LOOSE or name.endswith("_unix_ms"):
            values[name] = bool(value)
        else:
            values[name] = _plain(field, value)
    return values


def _plain(field, value):
    if field.message_type is not None:
        return meaning(value)
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(value)
        if known is None:
            raise AssertionError(f"{field.full_name}: {value} is no value that this version of the protocol has")
        return known.name
    return value


def total(messages):
    """What the messages of one stream mean together, however they were cut: lists and pieces of bytes joined, ends by id."""
    result = {}
    for message in messages:
        for name, value in meaning(message).items():
            if isinstance(value, list) or (isinstance(value, bytes) and name in ("data", "text")):
                result[name] = result.get(name, type(value)()) + value
            elif value or name not in result:
                result[name] = value
    if "ends" in result:
        result["ends"].sort(key=lambda end: end["id"])
    return result
