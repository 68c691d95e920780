/// Reads Ansible's INI form, line by line.
///
/// The rules are those of Ansible's own reader (`docs/inventory.md` lists them); where that one gives up at the first mistake,
/// this one goes on, so that all of them are told at once.
struct IniReader {
  private enum State {
    case hosts, variables, children
    /// Behind a section header that could not be read: its lines would only be wrong too.
    case skipping
  }

  /// A group that is spoken of before it is defined.
  private struct Pending {
    let line: Int
    let isChild: Bool
    var parents: [(group: String, line: Int)] = []
  }

  private let collector: ProblemCollector
  private var builder: InventoryBuilder
  private var state = State.hosts
  private var group = "ungrouped"
  private var pending: [String: Pending] = [:]

  static func read(_ bytes: [UInt8], file: String) throws(InventoryError) -> MachineInventory {
    var reader = IniReader(file: file)
    for line in try InventoryLines.of(bytes, file: file) where !reader.collector.isFull { try reader.read(line) }
    reader.reportPending()
    return try reader.builder.finish(.ini)
  }

  private init(file: String) {
    collector = ProblemCollector(file: file)
    builder = InventoryBuilder(collector: collector)
  }

  private mutating func read(_ line: InventoryLines.Line) throws(InventoryError) {
    guard let first = line.text.unicodeScalars.first, first != "#", first != ";" else { return }
    guard line.text.unicodeScalars.count <= InventoryLimits.lineLength else {
      return collector.add(line.number, "this line has over \(InventoryLimits.lineLength) characters; break it up")
    }
    if let header = SectionHeader(line.text) { return try begin(header, line.number) }
    if first == "[", line.text.unicodeScalars.last == "]" {
      state = .skipping
      return collector.add(
        line.number,
        "a section header is [group], [group:vars] or [group:children], without blanks inside; "
          + "an address in brackets needs a port behind them")
    }
    switch state {
    case .hosts: try readHosts(line)
    case .variables: try readVariable(line)
    case .children: try readChild(line)
    case .skipping: break
    }
  }

  private mutating func begin(_ header: SectionHeader, _ line: Int) throws(InventoryError) {
    switch header.kind ?? "hosts" {
    case "hosts": state = .hosts
    case "vars": state = .variables
    case "children": state = .children
    default:
      state = .skipping
      return collector.add(
        line,
        "the section [\(header.group):\(header.kind ?? "")] is of no known kind; "
          + "write [\(header.group)], [\(header.group):vars] or [\(header.group):children]")
    }
    group = header.group
    if !builder.hasGroup(group) {
      if state == .variables, pending[group] == nil { try wait(for: group, Pending(line: line, isChild: false)) }
      try builder.addGroup(group, line: line)
    }
    guard state != .variables, let waiting = pending.removeValue(forKey: group), waiting.isChild else { return }
    for parent in waiting.parents { _ = try builder.addChild(group, to: parent.group, line: parent.line) }
  }

  private mutating func wait(for group: String, _ entry: Pending) throws(InventoryError) {
    guard pending.count < InventoryLimits.groups else {
      throw InventoryError(
        .badInventory, file: collector.file, line: entry.line,
        "an inventory may have \(InventoryLimits.groups) groups; this line names one more")
    }
    pending[group] = entry
  }

  private mutating func readChild(_ line: InventoryLines.Line) throws(InventoryError) {
    guard let child = SectionHeader.groupName(line.text) else {
      return collector.add(
        line.number, "under [\(group):children] stands the name of one group a line; this line is no group's name")
    }
    if builder.hasGroup(child) {
      _ = try builder.addChild(child, to: group, line: line.number)
      return
    }
    if pending[child] == nil { try wait(for: child, Pending(line: line.number, isChild: true)) }
    pending[child]?.parents.append((group, line.number))
  }

  private mutating func readVariable(_ line: InventoryLines.Line) throws(InventoryError) {
    guard let equals = line.text.unicodeScalars.firstIndex(of: "=") else {
      return collector.add(line.number, "under [\(group):vars] stands one name=value a line; this line has no '='")
    }
    if line.text.hasPrefix("[") {
      collector.warn(
        line.number, "this line looks like a section, but sets a variable of '\(group)'; take the blanks away")
    }
    let key = PythonText.strip(line.text[..<equals])
    let text = PythonText.strip(line.text[line.text.unicodeScalars.index(after: equals)...])
    guard let value = value(text, of: key, line.number) else { return }
    try builder.set(key, to: value, of: group, line: line.number)
  }

  private mutating func readHosts(_ line: InventoryLines.Line) throws(InventoryError) {
    guard let words = words(of: line), let pattern = words.first else { return }
    guard let hosts = hosts(pattern, line.number) else { return }
    var variables: [(key: String, value: InventoryValue)] = []
    for (number, word) in words.enumerated().dropFirst() {
      guard let equals = word.unicodeScalars.firstIndex(of: "=") else {
        // The word is not shown: it may be the rest of a password with a blank in it.
        let cure =
          pattern.hasSuffix(",")
          ? "name each host on a line of its own, without commas"
          : "write name=value, put values with blanks into quotes, and begin comments with '#'"
        collector.add(line.number, "word \(number + 1) of the host's line has no '='; \(cure)")
        return
      }
      let key = String(word[..<equals])
      guard let value = value(String(word[word.unicodeScalars.index(after: equals)...]), of: key, line.number) else {
        return
      }
      variables.append((key, value))
    }
    // Said twice on one line, the last value counts, as it would over several lines.
    let last = variables.reduce(into: [String: InventoryValue]()) { $0[$1.key] = $1.value }
    for host in hosts.names {
      try builder.addHost(host, to: group, port: hosts.port, line: line.number)
      for (key, value) in last { try builder.set(key, to: value, of: host, line: line.number) }
    }
  }

  private func words(of line: InventoryLines.Line) -> [String]? {
    do {
      return try ShellWords.split(line.text)
    } catch {
      let reason =
        switch error {
        case .openQuote: "a quote on this line is not closed; close it, or write \\' or \\\" for the character itself"
        case .openEscape: "this line ends with a backslash; write \\\\ for the character itself"
        }
      collector.add(line.number, reason)
      return nil
    }
  }

  private func hosts(_ pattern: String, _ line: Int) -> HostNames? {
    if let equals = pattern.unicodeScalars.firstIndex(of: "=") {
      collector.add(
        line,
        "a host's line begins with its name, but here '\(pattern[..<equals])=…' stands first; "
          + "variables of a group stand under [\(group):vars]")
      return nil
    }
    do {
      let hosts = try HostNames(pattern, most: builder.room)
      if pattern.hasSuffix(":"), hosts.port == nil {
        collector.add(line, "the host '\(pattern)' ends with a colon; write a port behind it, or take it away")
      } else if hosts.names.contains("---") {
        collector.add(line, "'---' begins YAML, but this file is read as INI; correct its first lines")
      } else {
        return hosts
      }
    } catch {
      collector.add(line, "the host '\(pattern.prefix(80))' \(error.reason)")
    }
    return nil
  }

  private func value(_ text: String, of key: String, _ line: Int) -> InventoryValue? {
    do {
      return try PythonLiteral.value(text)
    } catch {
      collector.add(line, "the value of '\(key)' \(error.reason)")
      return nil
    }
  }

  private func reportPending() {
    for (name, entry) in pending {
      if entry.isChild {
        for parent in entry.parents {
          collector.add(
            parent.line,
            "[\(parent.group):children] names the group '\(name)', which is nowhere defined; "
              + "add [\(name)], or correct the name")
        }
      } else {
        collector.add(
          entry.line,
          "[\(name):vars] speaks of the group '\(name)', which is nowhere defined; add [\(name)], or correct the name")
      }
    }
  }
}
