/// What a file that is there has in common with the one that is wanted.
struct FileComparison {
  enum Verdict: Hashable {
    case same
    /// Only the mode or the owner is another.
    case otherMode
    /// Heeded: whether the service goes by what differs.
    case other(isHeeded: Bool)
  }

  let verdict: Verdict
  let why: String
  let changes: [SettingChange]

  init(_ file: WantedFile, _ there: ObservedFile?, _ machine: WantedMachine, _ observed: ObservedMachine) {
    guard let there else {
      self.init(.other(isHeeded: true), "it is not there")
      return
    }
    guard there.kind == .regular else {
      let target = observed.links[file.path].map { ", to '\($0.prefix(200))'" } ?? ""
      self.init(.other(isHeeded: true), "a link is in its place\(target)")
      return
    }
    let (mode, why) = Self.mode(file, there)
    if there.digest == file.digest {
      self.init(mode == nil ? .same : .otherMode, why, mode.map { [$0] } ?? [])
      return
    }
    guard file.path == MachinePlaces.configuration else {
      let changes = [Self.content(file, there)] + (mode.map { [$0] } ?? [])
      self.init(.other(isHeeded: true), there.digest == nil ? "it cannot be read" : "its content is another", changes)
      return
    }
    guard let old = observed.configuration.flatMap({ K3sConfiguration(reading: $0.reveal()) }) else {
      self.init(.other(isHeeded: true), "it is no YAML that k3s reads")
      return
    }
    let changes = machine.configuration.changes(from: old)
    let counting = changes.filter { Self.counts($0.name, machine, observed) }
    if counting.isEmpty {
      self.init(mode == nil ? .same : .otherMode, why, mode.map { [$0] } ?? [])
      return
    }
    let names = counting.map(\.name)
    let isHeeded = names.contains { !K3sConfiguration.readAtJoining.contains($0) }
    self.init(
      .other(isHeeded: isHeeded),
      "of its settings, \(ClusterPlanner.list(names)) \(names.count > 1 ? "are" : "is") not as wanted",
      changes + (mode.map { [$0] } ?? []))
  }

  private init(_ verdict: Verdict, _ why: String, _ changes: [SettingChange] = []) {
    self.verdict = verdict
    self.why = why
    self.changes = changes
  }

  /// How a server came into its cluster means nothing once it has a store of etcd: which server was the first may be forgotten.
  private static func counts(_ key: String, _ machine: WantedMachine, _ observed: ObservedMachine) -> Bool {
    !(machine.isServer && observed.store == .etcd && K3sConfiguration.readWithoutStore.contains(key))
  }

  private static func content(_ file: WantedFile, _ there: ObservedFile) -> SettingChange {
    if file.path.hasSuffix(".env") { return SettingChange("content", from: "<redacted>", to: "<redacted>") }
    return SettingChange(
      "sha256", from: there.digest.map { "\($0.prefix(12))…" }, to: "\(file.digest.prefix(12))…")
  }

  private static func mode(_ file: WantedFile, _ there: ObservedFile) -> (SettingChange?, String) {
    func text(_ mode: Int, _ user: Int, _ group: Int) -> String {
      let digits = String(mode, radix: 8)
      return "\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits) \(user):\(group)"
    }
    guard there.mode != file.mode || there.user != 0 || there.group != 0 else { return (nil, "") }
    let now = text(there.mode, there.user, there.group)
    return (SettingChange("mode and owner", from: now, to: text(file.mode, 0, 0)), "its mode and owner are \(now)")
  }
}
