"""How the stand-ins speak with each other: a line of JSON to port 6443, and a line back."""

import json
import socket

DATA = "/var/lib/rancher/k3s"
PORT = 6443


class Refused(Exception):
    """The other side has answered, and said no."""


def ask(place, timeout=5, /, **question):
    """Raises OSError if nobody answers."""
    with socket.create_connection((place, PORT), timeout) as line:
        line.sendall(json.dumps(question).encode() + b"\n")
        with line.makefile("rb") as answers:
            text = answers.readline()
    if not text:
        raise ConnectionError("no answer")
    answer = json.loads(text)
    if "error" in answer:
        raise Refused(answer["error"])
    return answer


def token():
    """That of the server on this machine, as its file says it."""
    with open(f"{DATA}/server/token") as file:
        return file.read().strip()
