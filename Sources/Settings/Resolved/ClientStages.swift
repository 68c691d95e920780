import TaskModel

/// Decides how a worker does the circuit of an original client.yaml: the witness by the circuit's own program, then the
/// `prove` stage of Muster's file; or whatever executor that file gives.
struct ClientStages {
  let client: OriginalClientFile
  let file: MusterFile?
  let problems: ProblemList
  let advisedPath: String
  /// Lines to add if nothing says how the circuit is proved.
  private(set) var advice = ""

  init(client: OriginalClientFile, file: MusterFile?, problems: ProblemList, advisedPath: String) {
    self.client = client
    self.file = file
    self.problems = problems
    self.advisedPath = advisedPath
  }

  /// Nil, with problems reported, if it cannot be done.
  mutating func decide() -> KindEntry? {
    let known = file?.kinds.first { $0.definition.name.lowercased() == client.circuit.lowercased() }
    var entry =
      known
      ?? KindEntry(
        definition: KindDefinition(name: client.circuit), prove: nil, source: client.source, given: [:])
    entry.definition.name = client.circuit
    entry.definition.verifier = nil
    entry.definition.acceptsUnverified = false
    if !entry.definition.stages.isEmpty { return entry }
    guard let prove = entry.prove, let bin = client.bin else {
      report(entry)
      return nil
    }
    // What the original does: `<circuit.bin> input.json witness.wtns`, both in a fresh directory.
    entry.definition.stages = [
      [bin, "{input}", "{dir}/witness.wtns"], prove.value.map { substituted($0, entry, prove.source) },
    ]
    entry.given["stages"] = prove.source
    return entry
  }

  private mutating func report(_ entry: KindEntry) {
    if entry.prove != nil {
      problems.add(
        client.source, "circuit",
        "client.yaml gives no program for the witness (bin), so that the prove stage has nothing to start from; give the "
          + "kind '\(client.circuit)' an executor instead")
    } else {
      problems.add(
        client.source, "circuit",
        "nothing says how the circuit '\(client.circuit)' is proved; describe it in muster.yaml beside this file")
    }
    advice =
      Advice(
        path: advisedPath, lines: [client.circuit],
        isKey: client.bin == nil || entry.prove != nil ? "executor" : "prove", file: file
      ).text
  }

  private static let keys = ["r1cs", "srs_monomial_form", "srs_lagrange_form", "vk"]

  /// The file's paths are put in here, since their names are no placeholders of an executor.
  private func substituted(_ word: String, _ entry: KindEntry, _ source: SettingSource) -> String {
    let kind = "kinds.\(client.circuit)"
    var word = word
    for key in Self.keys where word.contains("{\(key)}") {
      guard let path = client.files[key] ?? entry.definition.placeholders[key] else {
        problems.add(source, "\(kind).prove", "{\(key)} is used, but client.yaml gives no \(key); add it there")
        continue
      }
      if path.contains("{") {
        problems.add(
          source, "\(kind).prove", "the path of {\(key)} holds a brace, which no program could be given; rename it")
        continue
      }
      word = word.replacing("{\(key)}", with: path)
    }
    let names = PlaceholderCheck.ofExecutor.union(entry.definition.placeholders.keys).union(Self.keys)
    PlaceholderCheck(kind: kind, key: "prove", known: names, problems: problems).check([word], source)
    return word
  }
}
