import MusterCore
import TaskModel

/// Reads one kind.
struct KindReader {
  /// Absolute folder of the file.
  let folder: String
  /// The file's own default.
  let keep: Duration
  /// Verification keys that an original file gives, absolute, by the kind's name in lower case.
  let verificationKeys: [String: String]

  func read(_ section: Section, name: String, source: SettingSource) -> KindEntry {
    section.checkKeys(Schema.kind)
    var kind = KindDefinition(name: name, keep: keep)
    let programs = ArgvReader(folder: folder)
    readFiles(section, &kind)
    kind.environment = environment(section)
    kind.sandbox = SandboxReader.read(section)
    readExecutor(section, programs, &kind)
    readVerifier(section, programs, &kind)
    let prove = programs.argv("prove", in: section)
    readLimits(section, &kind)
    kind.backoff = BackoffReader.read(section) ?? kind.backoff
    let given = Dictionary(section.entries.map { ($0.key, $0.source) }, uniquingKeysWith: { first, _ in first })
    return KindEntry(definition: kind, prove: prove, source: source, given: given)
  }

  private func readFiles(_ section: Section, _ kind: inout KindDefinition) {
    kind.placeholders["vk"] = verificationKeys[kind.name.lowercased()]
    if let vk = section.value("vk", Parse.text) { kind.placeholders["vk"] = FilePath.absolute(vk.value, in: folder) }
    guard let own = section.section("placeholders") else { return }
    let reserved = PlaceholderCheck.ofExecutor.union(PlaceholderCheck.ofVerifier).union(["vk"])
    for entry in own.entries {
      if !PlaceholderCheck.isName(entry.key) {
        own.report(entry, "a placeholder's name is of the letters a-z and dots; rename it")
      } else if reserved.contains(entry.key) {
        own.report(
          entry, "{\(entry.key)} is Muster's own\(entry.key == "vk" ? ": give it as vk: PATH" : "; rename yours")")
      } else if let path = own.value(entry.key, Parse.text) {
        kind.placeholders[entry.key] = FilePath.absolute(path.value, in: folder)
      }
    }
  }

  private func readExecutor(_ section: Section, _ programs: ArgvReader, _ kind: inout KindDefinition) {
    let executor = programs.argv("executor", in: section)
    let stages = programs.argvs("stages", in: section)
    if let stage = section.entry("stages"), section.has("executor") {
      section.report(stage, "executor and stages are both given; keep one")
    }
    if let prove = section.entry("prove"), section.has("executor") || section.has("stages") {
      section.report(
        prove, "prove stands beside executor or stages; keep one (prove belongs to circuits of a client.yaml)")
    }
    let known = PlaceholderCheck.ofExecutor.union(kind.placeholders.keys)
    if let executor {
      PlaceholderCheck(kind: section.name, key: "executor", known: known, problems: section.problems).check(
        executor.value, executor.source)
      kind.stages = [executor.value]
    } else if let stages {
      for (index, stage) in stages.value.enumerated() {
        PlaceholderCheck(kind: section.name, key: "stages[\(index)]", known: known, problems: section.problems).check(
          stage, stages.source)
      }
      kind.stages = stages.value
    }
  }

  private func readVerifier(_ section: Section, _ programs: ArgvReader, _ kind: inout KindDefinition) {
    if let entry = section.entry("verifier"), section.scalar(entry.node) == "none" {
      kind.acceptsUnverified = true
      return
    }
    guard let verifier = programs.argv("verifier", in: section) else { return }
    let known = PlaceholderCheck.ofVerifier.union(kind.placeholders.keys)
    PlaceholderCheck(kind: section.name, key: "verifier", known: known, problems: section.problems).check(
      verifier.value, verifier.source)
    kind.verifier = verifier.value
  }

  private func environment(_ section: Section) -> [String] {
    guard let names = section.texts("environment", example: "[CUDA_VISIBLE_DEVICES, TMPDIR]") else { return [] }
    for name in names.value where !KindReader.isVariable(name) {
      let cure =
        name.contains("=")
        ? "values do not stand here: set the variable where the worker runs, and give its name alone"
        : "a name is of letters, digits and _, and does not begin with a digit"
      section.problems.add(names.source, section.fullName("environment"), "'\(name)' is no variable's name; \(cure)")
    }
    return names.value
  }

  private static func isVariable(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
    }
  }

  private func readLimits(_ section: Section, _ kind: inout KindDefinition) {
    let year: Duration = .seconds(86_400 * 365)
    if let lease = section.value("lease", Parse.duration(.seconds(1)...year)) { kind.lease = lease.value }
    if let timeout = section.value("timeout", Parse.duration(.milliseconds(1)...year)) { kind.timeout = timeout.value }
    if let attempts = section.value("maxAttempts", Parse.integer(1...1000)) { kind.maxAttempts = attempts.value }
    if let slots = section.value("slots", Parse.integer(1...65_535)) { kind.needs.slots = UInt16(slots.value) }
    if let memory = section.value("memory", Parse.size(0...1 << 50)) { kind.needs.memory = memory.value }
    if let gpus = section.value("gpus", Parse.integer(0...1024)) { kind.needs.gpus = UInt16(gpus.value) }
    if let keep = section.value("keep", Parse.duration(.zero ... .seconds(86_400 * 36_500))) { kind.keep = keep.value }
    let orders: [(String, TaskOrder)] = [("oldest", .oldest), ("latest", .latest), ("priority", .priority)]
    if let order = section.value("order", Parse.choice(orders)) { kind.order = order.value }
  }
}
