"""Conversations on the level of messages, in files of JSON lines: what `record_peers.py` writes and the tests replay.

A file is a header, then events in an order in which they can happen again: nothing stands before what caused it.

    {"call": 1, "method": "/muster.v1.Muster/Work"}            a call begins
    {"call": 1, "from": "client", "base64": "…"}               a message; "deflated" for "base64": by zlib
    {"call": 1, "from": "client", "end": "half-close"}         no more messages from there; or "cancel"
    {"call": 1, "from": "server", "end": "OK"}                 the status, with "details" and "metadata" if there are any
    {"do": "…", …}                                             what whoever recorded did then, not by one of the calls
"""

import base64
import json
import zlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "recorded"

# Messages from this size on are kept deflated if that makes them shorter.
SMALL = 256


def pack(raw):
    """Bytes as an event has them."""
    deflated = zlib.compress(raw, 9) if len(raw) >= SMALL else raw
    if len(deflated) < len(raw):
        return {"deflated": base64.b64encode(deflated).decode()}
    return {"base64": base64.b64encode(raw).decode()}


def unpack(event):
    """The bytes of an event; None if it has none."""
    if "deflated" in event:
        return zlib.decompress(base64.b64decode(event["deflated"]))
    return base64.b64decode(event["base64"]) if "base64" in event else None


class Recording:
    """What is in one file."""

    def __init__(self, version, name):
        lines = (FOLDER / version / f"{name}.jsonl").read_text().splitlines()
        self.header, *self.events = [json.loads(line) for line in lines]
        self.methods = {event["call"]: event["method"] for event in self.events if "method" in event}

    @staticmethod
    def write(path, header, events):
        path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in [header, *events]))

    def done(self, what):
        """Of all that was done, the events of this sort."""
        return [event for event in self.events if event.get("do") == what]

    def messages(self, side, method):
        """The bytes of all messages of one side, of all calls of a method."""
        return [
            unpack(event) for event in self.events
            if event.get("from") == side and unpack(event) is not None and self.methods[event["call"]] == method]


class Call:
    """The part of a recording that is one call."""

    def __init__(self, method):
        self.method = method
        self.events = []

    def messages(self, side):
        return [unpack(event) for event in self.events if event["from"] == side and "end" not in event]

    @property
    def status(self):
        """The last word of the server; None if the client went away before."""
        return next((e for e in self.events if e["from"] == "server" and "end" in e), None)


def calls(events):
    """The calls among these events, in the order in which they began."""
    found = {}
    for event in events:
        if "method" in event:
            found[event["call"]] = Call(event["method"])
        elif "call" in event:
            found[event["call"]].events.append(event)
    return list(found.values())
