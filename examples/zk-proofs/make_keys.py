"""Makes the circuit's keys in the folder named: network, settings, reference string, proving and verification key."""

import json
import sys
from pathlib import Path

import circuit
from keys import Keys


def network(path):
    """Writes the ONNX file: one matrix product, x (1 x 8) times the weights (8 x 4)."""
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weights = numpy_helper.from_array(numpy.array(circuit.WEIGHTS, dtype=numpy.float32), "W")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "W"], ["y"])],
        "block",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, circuit.INPUTS])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, circuit.OUTPUTS])],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def main(folder):
    folder = Path(folder)
    folder.mkdir(parents=True)
    keys = Keys(folder)
    import ezkl

    options = ezkl.PyRunArgs()
    options.logrows = circuit.LOGROWS
    options.decomp_base = circuit.BASE
    options.decomp_legs = circuit.LEGS
    options.input_scale = circuit.SCALE_BITS
    options.param_scale = circuit.SCALE_BITS
    options.input_visibility = "public"
    options.output_visibility = "public"
    options.param_visibility = "fixed"

    source = str(folder / "network.onnx")
    network(source)
    ezkl.gen_settings(source, keys.settings, py_run_args=options)
    ezkl.compile_circuit(source, keys.model, keys.settings)
    # A reference string that one party made alone is good for an example and for tests: who made it could forge.
    ezkl.gen_srs(keys.srs, circuit.LOGROWS)
    ezkl.setup(keys.model, keys.vk, keys.pk, srs_path=keys.srs)

    x = list(range(1, circuit.INPUTS + 1))
    keys.sample_input.write_text(json.dumps({"x": x}) + "\n")
    witness = str(folder / "sample-witness.json")
    keys.witness(x, witness)
    keys.sample_result.write_bytes(keys.prove(witness))
    x, y, proof = circuit.parse_result(keys.sample_result.read_bytes())
    expected = [sum(a * row[column] for a, row in zip(x, circuit.WEIGHTS)) for column in range(circuit.OUTPUTS)]
    holds, why = keys.holds(x, y, proof)
    if not holds or y != expected:
        sys.exit(f"make_keys: the sample proof is no good: {why or f'{y} is not {expected}'}")


if __name__ == "__main__":
    main(sys.argv[1])
