import TaskModel

/// Reads what client.yaml says of its circuit: a mapping, or in the older form a name with files at the top.
struct CircuitReader {
  struct Circuit {
    var name: Located<String>
    var bin: String?
    var files: [String: String] = [:]
  }
  let values: OriginalValues
  let folder: String

  func read(_ root: Section) -> Circuit? {
    let variable = values.input.variable("CLIENT_CIRCUIT").map { Located($0, values.variableSource("CLIENT_CIRCUIT")) }
    var circuit: Circuit
    if let entry = root.entry("circuit"), entry.node.mapping != nil {
      guard let section = root.section("circuit") else { return nil }
      guard let mapped = mapping(section, entry.source, variable) else { return nil }
      circuit = mapped
      add("srs_monomial_form", values.value("srs_monomial_form", Parse.text), &circuit)
    } else {
      guard let name = variable ?? root.text("circuit") else {
        if !root.has("circuit") {
          values.problems.add(
            .file(path: root.path, line: 0), "circuit",
            "what the client proves is missing; add circuit: with name and bin")
        }
        return nil
      }
      circuit = Circuit(name: name)
      for key in ["srs_monomial_form", "r1cs", "srs_lagrange_form", "vk"] {
        add(key, values.value(key, Parse.text), &circuit)
      }
    }
    guard TaskID(circuit.name.value) != nil else {
      values.problems.add(
        circuit.name.source, "circuit", "'\(circuit.name.value)' cannot be a kind's name: give \(TaskID.rule)")
      return nil
    }
    return circuit
  }

  private func mapping(_ section: Section, _ source: SettingSource, _ variable: Located<String>?) -> Circuit? {
    OriginalValues.warnUnknown(section, Schema.originalClientCircuit)
    guard let name = section.text("name") ?? variable else {
      if !section.has("name") { values.problems.add(source, "circuit", "name is missing; add name: NAME") }
      return nil
    }
    if let variable, variable.value.lowercased() != name.value.lowercased() {
      // The program and files are another circuit's: its proofs would all be refused.
      values.problems.add(
        variable.source, "circuit",
        "it names the circuit '\(variable.value)', but \(name.source) describes '\(name.value)'; make them agree, or unset "
          + "the variable")
      return nil
    }
    var circuit = Circuit(name: name)
    if let bin = section.value("bin", Parse.text) {
      circuit.bin = bin.value.contains("/") ? absolute(bin.value) : bin.value
    }
    for key in ["r1cs", "srs_lagrange_form"] { add(key, section.value(key, Parse.text), &circuit) }
    return circuit
  }

  private func add(_ key: String, _ path: Located<String>?, _ circuit: inout Circuit) {
    guard let path else { return }
    circuit.files[key] = absolute(path.value)
  }

  private func absolute(_ path: String) -> String {
    OriginalPath.absolute(path, fileFolder: folder, workingFolder: values.input.folder)
  }
}
