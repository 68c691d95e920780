import TaskModel

/// A coordinator's kinds: those of Muster's own file, and the circuits of an original file completed by it.
struct CircuitKinds {
  let original: OriginalCoordinatorFile?
  let file: MusterFile?
  let keep: Duration
  let problems: ProblemList
  private(set) var kinds: [KindEntry] = []
  /// Names of circuits without a verifier.
  private(set) var missing: [String] = []

  init(original: OriginalCoordinatorFile?, file: MusterFile?, keep: Duration, problems: ProblemList) {
    self.original = original
    self.file = file
    self.keep = keep
    self.problems = problems
  }

  mutating func merge() {
    kinds = file?.kinds ?? []
    for index in kinds.indices where kinds[index].given["keep"] == nil { kinds[index].definition.keep = keep }
    for circuit in original?.circuits ?? [] { add(circuit) }
  }

  private mutating func add(_ circuit: OriginalCoordinatorFile.Circuit) {
    let index = kinds.firstIndex { $0.definition.name.lowercased() == circuit.name.lowercased() }
    var kind =
      index.map { kinds[$0] }
      ?? KindEntry(
        definition: KindDefinition(name: circuit.name, keep: keep), prove: nil, source: circuit.source, given: [:])
    // The spelling of the original file is that of the tasks that exist.
    kind.definition.name = circuit.name
    if kind.given["vk"] == nil, let vk = circuit.vk {
      kind.definition.placeholders["vk"] = vk
      kind.given["vk"] = circuit.source
    }
    if kind.given["order"] == nil, let order = original?.order {
      kind.definition.order = order.value
      kind.given["order"] = order.source
    }
    if kind.definition.verifier == nil && !kind.definition.acceptsUnverified {
      missing.append(circuit.name)
      problems.add(
        circuit.source, "circuits.\(circuit.name)",
        "nothing says how results of this circuit are verified; give it a verifier in muster.yaml beside this file")
    }
    if let index { kinds[index] = kind } else { kinds.append(kind) }
  }
}

extension OriginalCoordinatorFile {
  /// Absolute paths by the circuit's name in lower case.
  var verificationKeys: [String: String] {
    Dictionary(
      circuits.compactMap { circuit in circuit.vk.map { (circuit.name.lowercased(), $0) } },
      uniquingKeysWith: { first, _ in first })
  }
}
