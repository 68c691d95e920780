import MusterCore
import RemoteHosts

/// Reads the answer of ``ObservationScript``, which is an outsider's word: what is not of its form is an error.
public struct ObservationAnswer {
  let machine: String
  var observed = ObservedMachine()
  var section = ""
  var sections: Set<String> = []
  var recordLines: [Substring] = []
  var bytes: [UInt8] = []
  var tokenBytes: [UInt8] = []
  var isRootThere = false
  var isConfigurationThere = false
  var hasNodes = false
  var nodes: [String: ObservedNode] = [:]
  /// When the kernel started, by the machine's own clock.
  var boot: Timestamp?
  var unit: (name: String, unit: ObservedUnit)?

  /// What dpkg calls a package that it has begun with.
  private static let halfStates: Set<String> = ["unpacked", "half-installed", "half-configured", "triggers-awaited"]

  /// - Throws: ``ProvisioningError`` (`badAnswer`), one sentence with the machine's name.
  public static func read(_ answer: RemoteAnswer, of machine: String) throws(ProvisioningError) -> ObservedMachine {
    guard answer.status == 0 else {
      let words = answer.lastErrorLine.map { ": \($0.prefix(200))" } ?? ""
      throw ProvisioningError(
        .badAnswer,
        "\(machine) could not be looked at (status \(answer.status))\(words); see that stat, sed and sha256sum work there"
      )
    }
    var reader = ObservationAnswer(machine: machine)
    return try reader.read(answer.outputText)
  }

  private init(machine: String) { self.machine = machine }

  private mutating func read(_ text: String) throws(ProvisioningError) -> ObservedMachine {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == Substring(ObservationScript.header) else { throw fault("does not begin as it should") }
    lines.removeFirst()
    guard lines.popLast() == "", lines.popLast() == "@end" else { throw fault("is cut off") }
    for line in lines { try take(line) }
    try close()
    return observed
  }

  func fault(_ what: String) -> ProvisioningError {
    ProvisioningError(
      .badAnswer,
      "\(machine) answered something odd when it was looked at: the answer \(what); see that its /bin/sh, stat, sed, od and "
        + "sha256sum are those of its system")
  }

  private mutating func take(_ line: Substring) throws(ProvisioningError) {
    if line.hasPrefix("@") {
      endUnit()
      section = String(line.dropFirst())
      guard sections.insert(section).inserted else { throw fault("has the part '\(section.prefix(20))' twice") }
      return
    }
    guard line.hasPrefix(" ") else { throw fault("has a line of no part: '\(line.prefix(60))'") }
    let isTaken = try takeLine(line.dropFirst())
    guard isTaken else { throw fault("has in '\(section.prefix(20))' the line '\(line.prefix(60))'") }
  }

  private mutating func takeLine(_ line: Substring) throws(ProvisioningError) -> Bool {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    switch section {
    case "record":
      recordLines.append(line)
      return true
    case "remains":
      observed.hasRemains = true
      return true
    case "marks":
      guard line.hasSuffix(" .") else { return true }
      guard let mark = NodeMark(line.dropLast(2)) else { return false }
      observed.marks.insert(mark)
      return true
    case "started":
      guard words.count == 2, WantedUnit.names.contains(String(words[0])) else { return false }
      observed.started[String(words[0])] = String(words[1].prefix(64))
      return true
    case "store":
      guard let store = ServerStore(rawValue: String(line)) else { return false }
      observed.store = store
      return true
    case "folders":
      guard MachinePath.isPlain(String(line)) else { return false }
      observed.directories.insert(String(line))
      return true
    case "files": return takeFile(words, line)
    case "configuration":
      isConfigurationThere = true
      return Self.take(line, into: &bytes, most: K3sConfiguration.largest)
    case "token": return Self.take(line, into: &tokenBytes, most: WantedUnit.names.count * UnitTexts.largest)
    case "commands":
      guard words.count == 2, MachinePath.isPlain(String(words[1])) else { return false }
      observed.commands[String(words[0]), default: []].append(String(words[1]))
      return true
    case "packages":
      // "conntrack install ok installed 1:1.4.7-1": the third word of the status says whether it is there.
      guard words.count >= 4, PackageManager.isName(String(words[0])) else { return false }
      if words.count == 5, words[3] == "installed" {
        observed.packages[String(words[0])] = String(words[4].prefix(256))
      } else if Self.halfStates.contains(String(words[3])) {
        observed.halfPackages.insert(String(words[0]))
      }
      return true
    case "sources":
      guard words.count == 2, MachinePath.isName(words[1]) else { return false }
      if words[0] == "now" { observed.sources = String(words[1]) } else { observed.triedSources = String(words[1]) }
      return true
    case "modules":
      guard words.count == 2, let module = ObservedModule(rawValue: String(words[1])) else { return false }
      observed.modules[String(words[0])] = module
      return true
    case "sysctls":
      guard let colon = line.firstIndex(of: ":"), let name = SysctlPath.name(line[..<colon]) else { return false }
      let value = line[line.index(after: colon)...].split(whereSeparator: \.isWhitespace).joined(separator: " ")
      observed.sysctls[name] = String(value.prefix(1024))
      return true
    case "times": return takeTime(words)
    case "units": return takeUnit(line)
    case "nodes": return takeNode(line)
    default: return false
    }
  }
}
