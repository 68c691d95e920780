import MusterCore

/// The parts of an answer that are more than a word or two.
extension ObservationAnswer {
  /// `f MODE USER GROUP SIZE PATH` with the raw mode in hexadecimal digits; `d DIGEST PATH`; `l PATH TARGET`.
  mutating func takeFile(_ words: [Substring], _ line: Substring) -> Bool {
    switch words.first {
    case "f":
      guard words.count == 6, let raw = Int(words[1], radix: 16), let user = Int(words[2]), let group = Int(words[3]),
        let size = Int(words[4]), raw >= 0, raw <= 0xFFFF, size >= 0
      else { return false }
      let path = String(words[5])
      if path == "/" {
        isRootThere = true
        return true
      }
      guard MachinePath.isPlain(path) else { return false }
      let kind: ObservedFile.Kind =
        switch raw >> 12 {
        case 0x8: .regular
        case 0x4: .directory
        case 0xA: .link
        default: .other
        }
      observed.files[path] = ObservedFile(kind, mode: raw & 0o7777, user: user, group: group, size: size)
      return true
    case "d":
      guard words.count == 3, words[1].utf8.count == 64, words[1].allSatisfy({ $0.isASCII && $0.isHexDigit }),
        observed.files[String(words[2])]?.kind == .regular
      else { return false }
      observed.files[String(words[2])]?.digest = words[1].lowercased()
      return true
    case "l":
      guard words.count >= 3, observed.files[String(words[1])]?.kind == .link else { return false }
      observed.links[String(words[1])] = String(line.dropFirst(3 + words[1].count).prefix(4096))
      return true
    default: return false
    }
  }

  /// Two hexadecimal digits a byte, as od writes them.
  static func take(_ line: Substring, into bytes: inout [UInt8], most: Int) -> Bool {
    for word in line.split(separator: " ") {
      guard word.utf8.count == 2, let byte = UInt8(word, radix: 16), bytes.count <= most else { return false }
      bytes.append(byte)
    }
    return true
  }

  /// `Id=k3s.service` and so on; an empty line between two.
  mutating func takeUnit(_ line: Substring) -> Bool {
    guard !line.isEmpty else {
      endUnit()
      return true
    }
    guard let sign = line.firstIndex(of: "=") else { return false }
    let value = String(line[line.index(after: sign)...].prefix(100))
    var current = unit ?? (name: "", unit: ObservedUnit())
    switch line[..<sign] {
    case "Id":
      guard WantedUnit.names.contains(value) else { return false }
      current.name = value
    case "LoadState": current.unit.isLoaded = value == "loaded"
    case "ActiveState": current.unit.state = value
    case "UnitFileState": current.unit.isEnabled = value == "enabled"
    case "NeedDaemonReload": current.unit.needsReload = value == "yes"
    case "StateChangeTimestampMonotonic":
      // Microseconds since the kernel started; 0 for what has never changed.
      guard let moment = Int64(value), moment >= 0 else { return false }
      if moment > 0, let boot { current.unit.since = Timestamp(milliseconds: boot.milliseconds + moment / 1000) }
    default: return false
    }
    unit = current
    return true
  }

  mutating func endUnit() {
    if let unit, !unit.name.isEmpty { observed.units[unit.name] = unit.unit }
    unit = nil
  }

  /// `clock SECONDS UPTIME`, `changed SECONDS`.
  mutating func takeTime(_ words: [Substring]) -> Bool {
    guard words.count >= 2, let seconds = Int64(words[1]), (0...Self.lastSecond).contains(seconds) else { return false }
    let time = Timestamp(milliseconds: seconds * 1000)
    switch words.first {
    case "clock":
      guard words.count == 3 else { return false }
      observed.clock = time
      // A kernel that does not say it is no reason to know nothing else.
      if let uptime = Double(words[2]), (0...Double(seconds)).contains(uptime) {
        boot = Timestamp(milliseconds: time.milliseconds - Int64(uptime * 1000))
      }
      return true
    case "changed":
      guard words.count == 2 else { return false }
      observed.changed = max(observed.changed ?? time, time)
      return true
    default: return false
    }
  }

  /// The end of the year 9999: what is beyond is no time.
  private static let lastSecond: Int64 = 253_402_300_799

  mutating func takeNode(_ line: Substring) -> Bool {
    if line == "@answered" {
      hasNodes = true
      return true
    }
    if line.isEmpty { return true }
    guard let (name, node) = NodeLines.read(line) else { return false }
    nodes[name] = node
    return true
  }

  /// What can be said only at the end.
  mutating func close() throws(ProvisioningError) {
    endUnit()
    for part in ["record", "started", "store", "folders", "files", "configuration", "units"] {
      guard sections.contains(part) else { throw fault("lacks the part '\(part)'") }
    }
    guard isRootThere else { throw fault("knows nothing of files") }
    guard observed.units.count == WantedUnit.names.count else { throw fault("knows nothing of services") }
    if isConfigurationThere, bytes.count <= K3sConfiguration.largest { observed.configuration = Secret(bytes) }
    if hasNodes { observed.nodes = nodes }
    observed.token = UnitTexts.value(of: "K3S_TOKEN", in: String(decoding: tokenBytes, as: UTF8.self)).map {
      Secret($0)
    }
    guard !recordLines.isEmpty else { return }
    do throws(ProvisioningError) {
      observed.record = try MachineRecord(lines: recordLines)
    } catch {
      throw ProvisioningError(.badAnswer, "\(machine): \(error.message)")
    }
  }
}
