"""The files of the circuit's keys, and ezkl behind them."""

import json
import os
import tempfile
from pathlib import Path

import circuit


class Keys:
    """The folder that `setup` makes. Provers need all of it, a verifier needs vk, srs, settings and the sample."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.model = str(self.folder / "network.compiled")
        self.settings = str(self.folder / "settings.json")
        self.srs = str(self.folder / "srs")
        self.pk = str(self.folder / "pk.key")
        self.vk = str(self.folder / "vk.key")
        self.sample_input = self.folder / "sample-input.json"
        self.sample_result = self.folder / "sample-result.json"
        # ezkl keeps tables that it has calculated; without this, under ~/.ezkl, common to all circuits of the user.
        os.environ.setdefault("EZKL_REPO_PATH", str(self.folder / "cache"))
        # One task is one slot is one thread: more slots, not more threads, use more cores.
        os.environ.setdefault("RAYON_NUM_THREADS", "1")

    def witness(self, x, path):
        """Runs the network on x and writes every value on the way to `path`."""
        import ezkl

        with tempfile.TemporaryDirectory() as scratch:
            data = os.path.join(scratch, "data.json")
            with open(data, "w") as file:
                json.dump({"input_data": [x]}, file)
            ezkl.gen_witness(data, self.model, path)

    def prove(self, witness):
        """The result, in the agreed form, for the witness file."""
        import ezkl

        with tempfile.TemporaryDirectory() as scratch:
            path = os.path.join(scratch, "proof.json")
            ezkl.prove(witness, self.model, self.pk, proof_path=path, srs_path=self.srs)
            with open(path) as file:
                proof = json.load(file)
        numbers = proof["pretty_public_inputs"]
        x = [int(value) for value in numbers["rescaled_inputs"][0]]
        y = [int(value) for value in numbers["rescaled_outputs"][0]]
        # The rounded numbers are for people; that they are the proven ones is checked here, once, by the prover.
        if [circuit.instances(x, y)] != proof["instances"]:
            raise RuntimeError(f"ezkl's rounded numbers {x} -> {y} are not the instances of its proof")
        return circuit.encode({"x": x, "y": y, "proof": bytes(proof["proof"]).hex()})

    def holds(self, x, y, proof):
        """Whether the proof proves that the network gives y for x; if not, second, ezkl's words for it."""
        import ezkl

        snark = {
            "protocol": None,
            "split": None,
            "hex_proof": None,
            "instances": [circuit.instances(x, y)],
            "proof": list(proof),
        }
        with tempfile.TemporaryDirectory() as scratch:
            path = os.path.join(scratch, "proof.json")
            with open(path, "w") as file:
                json.dump(snark, file)
            try:
                good = ezkl.verify(path, self.settings, self.vk, srs_path=self.srs)
                return good, "" if good else "ezkl says no"
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # a panic of ezkl's Rust is a BaseException, not an Exception
                return False, str(error).rpartition("Failed to run verify: ")[2][:200]
