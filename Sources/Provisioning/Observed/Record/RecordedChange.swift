/// One thing that Muster has changed on a machine, and what was there before.
public enum RecordedChange: Sendable, Hashable {
  /// A folder that was not there.
  case directory(String)
  /// A file that was not there.
  case newFile(String)
  /// A file in whose place something else was, of which a copy is kept: ``MachineRecord/copy(of:)``.
  case replacedFile(String)
  /// A link that was not there.
  case link(String)
  /// A package that was not installed.
  case package(String)
  /// A kernel module that was not loaded.
  case module(String)
  /// A sysctl, and its value before.
  case sysctl(String, before: String)
  /// A service that was not enabled.
  case unit(String)
  /// A place of k3s's own that was not there.
  case trace(String)

  /// A place that a package makes and leaves behind, and that was not there.
  case place(String)
  /// A user or group that a package makes and leaves behind, and that was not there.
  case account(String)

  /// The policy of the kernel's chain FORWARD, which Docker changes: `ACCEPT`, or `none` if there were no tables at all.
  case forwarding(String)

  /// As it stands in the record, without its end.
  public var text: String {
    switch self {
    case .directory(let path): "dir \(path)"
    case .newFile(let path): "new \(path)"
    case .replacedFile(let path): "kept \(path)"
    case .link(let path): "link \(path)"
    case .package(let name): "package \(name)"
    case .module(let name): "module \(name)"
    case .sysctl(let name, let before): "sysctl \(name) \(before)"
    case .unit(let name): "unit \(name)"
    case .trace(let path): "trace \(path)"
    case .place(let path): "place \(path)"
    case .forwarding(let policy): "forwarding \(policy)"
    case .account(let name): "account \(name)"
    }
  }

  /// Nil for what no Muster writes.
  init?(_ text: Substring) {
    let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard words.count == 2, let verb = words.first, let rest = words.last, !rest.isEmpty else { return nil }
    let value = String(rest)
    func path(_ change: RecordedChange) -> RecordedChange? { MachinePath.isPlain(value) ? change : nil }
    func name(_ change: RecordedChange) -> RecordedChange? { MachinePath.isName(value) ? change : nil }
    let change: RecordedChange?
    switch verb {
    case "dir": change = path(.directory(value))
    case "new": change = path(.newFile(value))
    case "kept": change = path(.replacedFile(value))
    case "link": change = path(.link(value))
    case "trace":
      change = (MachinePlaces.traces + MachinePlaces.earlierTraces).contains(value) ? .trace(value) : nil
    case "place": change = MachinePlaces.ofDocker.contains(value) ? .place(value) : nil
    case "forwarding": change = ["ACCEPT", "none"].contains(value) ? .forwarding(value) : nil
    case "account": change = MachinePlaces.accounts.contains(value) ? .account(value) : nil
    case "package": change = name(.package(value))
    case "module": change = name(.module(value))
    case "unit": change = name(.unit(value))
    case "sysctl":
      let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, MachinePath.isName(parts[0]), MachinePath.isValue(parts[1]) else { return nil }
      change = .sysctl(parts[0], before: parts[1])
    default: change = nil
    }
    guard let change else { return nil }
    self = change
  }
}
