"""The programs of the kind `block`: two stages of an executor, and the verifier.

    block.py witness KEYS INPUT WITNESS     runs the network on the task's input
    block.py prove   KEYS WITNESS RESULT    proves that run
    block.py verify  KEYS INPUT RESULT      exit 0: the result proves the network's run on this very input; 1: it does
                                            not; 2: this verifier cannot tell, because its own files are missing or damaged
"""

import sys
from pathlib import Path

USAGE = "usage: block.py witness KEYS INPUT WITNESS | prove KEYS WITNESS RESULT | verify KEYS INPUT RESULT"


def say(text):
    print(f"block: {text}", file=sys.stderr)


def witness(keys, source, destination):
    import circuit

    try:
        x = circuit.parse_input(Path(source).read_bytes())
    except circuit.Refused as why:
        say(f'the input is refused: {why}; it must be {{"x": [{circuit.INPUTS} integers]}}')
        return 1
    keys.witness(x, destination)
    return 0


def prove(keys, source, destination):
    Path(destination).write_bytes(keys.prove(source))
    return 0


def verify(keys, source, result):
    import circuit

    def invalid(why):
        say(f"invalid: {why}")
        return 1

    with open(result, "rb") as file:
        data = file.read(circuit.MAX_RESULT_BYTES + 1)
    good_x, good_y, good_proof = circuit.parse_result(keys.sample_result.read_bytes())
    try:
        wanted = circuit.parse_input(Path(source).read_bytes())
    except circuit.Refused as why:
        return invalid(f"the task's input is refused, so nothing can prove it: {why}")
    try:
        x, y, proof = circuit.parse_result(data)
    except circuit.Refused as why:
        return invalid(f"the result is {why}" if str(why).startswith("not ") else f"the result: {why}")
    # A valid proof about another input is worth nothing here.
    if x != wanted:
        return invalid(f"the proof is about the input {x}, and this task's is {wanted}")
    # ezkl ignores bytes after the end of a proof.
    if len(proof) != len(good_proof):
        return invalid(f"the proof has {len(proof)} bytes, proofs of this circuit have {len(good_proof)}")
    holds, why = keys.holds(x, y, proof)
    if holds:
        return 0
    # Whose fault is it? A verifier with a damaged key refuses everything, and must not blame the worker for it.
    if not keys.holds(good_x, good_y, good_proof)[0]:
        say(f"the verifier's own sample does not verify either: make the keys in {keys.folder} anew")
        return 2
    return invalid(f"the proof does not hold ({why})")


def main(arguments):
    commands = {"witness": witness, "prove": prove, "verify": verify}
    if len(arguments) != 4 or arguments[0] not in commands:
        print(USAGE, file=sys.stderr)
        return 2
    from keys import Keys

    return commands[arguments[0]](Keys(arguments[1]), arguments[2], arguments[3])


if __name__ == "__main__":
    try:
        status = main(sys.argv[1:])
    except Exception as error:
        # Left alone, Python would exit with 1 here, which from a verifier means "the worker's result is invalid".
        say(f"{type(error).__name__}: {error}")
        status = 2
    sys.exit(status)
