"""A dishonest executor of the kind `block`, for the demo: it works honestly for a while, and then it does not.

    cheat.py KEYS INPUT RESULT

After CHEAT_AFTER honest proofs (1 or more) it hands in, by turns, (a) the first of those once more, a proof that holds,
but about another task's input, and (b) the proof asked for with one bit of one byte flipped. CHEAT_STATE is a folder
in which it counts and keeps that first proof.
"""

import os
import sys
from pathlib import Path

import circuit
from keys import Keys


def honest(keys, x):
    witness = "witness.json"
    keys.witness(x, witness)
    return keys.prove(witness)


def turn(state):
    """How many tasks this worker was given before this one; counted in a file, safe from two slots at once."""
    import fcntl

    state.mkdir(parents=True, exist_ok=True)
    with open(state / "count", "a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        count = int(file.read() or 0)
        file.truncate(0)
        file.write(str(count + 1))
        return count


def flip(keys, x):
    """The honest result with one bit of the middle of its proof flipped."""
    x, y, proof = circuit.parse_result(honest(keys, x))
    bent = bytearray(proof)
    bent[len(bent) // 2] ^= 1
    return circuit.encode({"x": x, "y": y, "proof": bent.hex()})


def main(folder, source, destination):
    keys, state = Keys(folder), Path(os.environ["CHEAT_STATE"])
    try:
        x = circuit.parse_input(Path(source).read_bytes())
    except circuit.Refused as why:
        sys.exit(f"cheat: the input is refused: {why}")
    first = state / "first-proof.json"
    lies = turn(state) - int(os.environ["CHEAT_AFTER"])
    if lies < 0:
        result = honest(keys, x)
        if not first.exists():
            first.write_bytes(result)
    elif lies % 2 == 0:
        result = first.read_bytes()
    else:
        result = flip(keys, x)
    Path(destination).write_bytes(result)


if __name__ == "__main__":
    main(*sys.argv[1:])
