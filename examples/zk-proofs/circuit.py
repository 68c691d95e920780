"""What prover and verifier agree on: the network, the form of an input, and the form of a result.

The network is one matrix product, y = x W, with 8 integers in and 4 out. The circuit that ezkl makes of it has the
input and the output as public instances, so a proof says: "this y is x W", about one x and one y.

A result is one line of JSON, {"x":[8 integers],"y":[4 integers],"proof":"hex"}, in exactly the form that `encode`
writes. ezkl's own proof file says the same things several times over (the proof once as numbers and once as hex, the
instances once raw and once rounded for people) and ezkl verifies only one of each; whoever reads the other could be
lied to under a proof that holds. Here every byte is checked.
"""

import json

INPUTS = 8
OUTPUTS = 4
WEIGHTS = [[(3 * row + 5 * column) % 7 - 3 for column in range(OUTPUTS)] for row in range(INPUTS)]

# The circuit calculates with fixed-point numbers of SCALE_BITS fractional bits and splits them into LEGS digits to
# the base BASE. Weights are at most 3, so with inputs to LIMIT the largest intermediate value is
# 8 * 3 * LIMIT * 2**(2 * SCALE_BITS) = 384,000, within BASE**LEGS = 2,097,152.
LIMIT = 1000
OUTPUT_LIMIT = INPUTS * 3 * LIMIT
SCALE_BITS = 2
LOGROWS = 10
BASE = 128
LEGS = 3

# The order of the scalar field of the curve bn254, in which instances are numbers.
FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617

MAX_INPUT_BYTES = 4096
MAX_RESULT_BYTES = 65536


class Refused(Exception):
    """The input or the result is not what it has to be; the message is one clause for a person."""


def parse(data, limit):
    """Bytes to JSON object, without trusting them: bounded, and no way to fail but Refused."""
    if len(data) > limit:
        raise Refused(f"more than {limit} bytes")
    try:
        document = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Refused(f"not JSON ({error})") from None
    if not isinstance(document, dict):
        raise Refused("not a JSON object")
    return document


def integers(document, key, count, limit):
    """The list of `count` integers under `key`, each between -limit and limit."""
    if key not in document:
        raise Refused(f'"{key}" is missing')
    values = document[key]
    if not isinstance(values, list):
        raise Refused(f'"{key}" is not a list of {count} integers')
    if len(values) != count:
        raise Refused(f'"{key}" has {len(values)} numbers, the circuit takes exactly {count}')
    for place, value in enumerate(values, start=1):
        # bool is a kind of int in Python; true is not a number here.
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused(f'number {place} of "{key}" is {json.dumps(value)[:40]}, not an integer')
        if abs(value) > limit:
            raise Refused(f'number {place} of "{key}" is beyond {-limit} to {limit}')
    return values


def parse_input(data):
    """The 8 integers of a task's input, {"x": [...]}."""
    document = parse(data, MAX_INPUT_BYTES)
    x = integers(document, "x", INPUTS, LIMIT)
    if len(document) != 1:
        raise Refused('there is more than "x" in it')
    return x


def encode(result):
    """The one form in which a result is written."""
    return json.dumps(result, separators=(",", ":")).encode()


def parse_result(data):
    """(x, y, proof) of a result; the proof as bytes. Says nothing yet about whether the proof holds."""
    document = parse(data, MAX_RESULT_BYTES)
    x = integers(document, "x", INPUTS, LIMIT)
    y = integers(document, "y", OUTPUTS, OUTPUT_LIMIT)
    try:
        proof = bytes.fromhex(document["proof"])
    except KeyError:
        raise Refused('"proof" is missing') from None
    except (TypeError, ValueError):
        raise Refused('"proof" is not a string of hex digits') from None
    if encode({"x": x, "y": y, "proof": proof.hex()}) != data:
        raise Refused("not written in the one agreed form")
    return x, y, proof


def instances(x, y):
    """The public instances of a proof about x and y: field elements, little-endian, in hex."""
    return [((value << SCALE_BITS) % FIELD).to_bytes(32, "little").hex() for value in x + y]
