import Inventory

/// Which machines of an inventory `--limit` means.
///
/// As Ansible's patterns: names of machines and groups, `*` and `?`, `!` for what is left out, commas or colons between.
/// Muster refuses a name that means nothing, where Ansible goes on with fewer machines.
struct MachineSelection {
  private let names: Set<String>

  /// - Throws: ``CommandError`` (`bad_argument`).
  init(_ patterns: [String], of inventory: MachineInventory) throws {
    let all = Set(inventory.hosts.map(\.name))
    var chosen: Set<String>?
    var left: Set<String> = []
    let words = patterns.flatMap { Self.words($0, names: all) }
    // An empty variable of a script is not all machines, which a reset would take.
    guard patterns.isEmpty || !words.isEmpty else {
      throw CommandError(.badArgument, "--limit is empty; name machines or groups, or leave it out for all machines")
    }
    for word in words {
      let isLeftOut = word.hasPrefix("!")
      let pattern = String(isLeftOut ? word.dropFirst() : word)
      let meant = inventory.hosts.filter { host in
        Self.matches(host.name, pattern) || pattern == "all"
          || host.groups.contains { Self.matches($0, pattern) }
      }
      guard !meant.isEmpty else {
        throw CommandError(
          .badArgument,
          "--limit: no machine or group of '\(inventory.file)' is called '\(pattern)'; 'muster inventory show' lists them",
          details: ["limit": pattern])
      }
      if isLeftOut { left.formUnion(meant.map(\.name)) } else { chosen = (chosen ?? []).union(meant.map(\.name)) }
    }
    names = (chosen ?? all).subtracting(left)
    guard !names.isEmpty || all.isEmpty else {
      throw CommandError(
        .badArgument, "--limit leaves no machine of '\(inventory.file)' over; name one that is not left out")
    }
  }

  func contains(_ name: String) -> Bool { names.contains(name) }

  /// What stands between commas, blanks and colons; but an IPv6 address that is a machine's name is one word.
  private static func words(_ text: String, names: Set<String>) -> [Substring] {
    text.split { $0 == "," || $0.isWhitespace }.flatMap { part in
      names.contains(String(part.drop { $0 == "!" })) ? [part] : part.split(separator: ":")
    }
  }

  /// `*` stands for any letters, `?` for one. Takes time as the product of the lengths at most.
  static func matches(_ name: String, _ pattern: String) -> Bool {
    let name = Array(name.unicodeScalars)
    let pattern = Array(pattern.unicodeScalars)
    var (place, next) = (0, 0)
    var star: (pattern: Int, name: Int)?
    while place < name.count {
      if next < pattern.count, pattern[next] == "*" {
        star = (next, place)
        next += 1
      } else if next < pattern.count, pattern[next] == "?" || pattern[next] == name[place] {
        place += 1
        next += 1
      } else if let last = star {
        star = (last.pattern, last.name + 1)
        (place, next) = (last.name + 1, last.pattern + 1)
      } else {
        return false
      }
    }
    return pattern[next...].allSatisfy { $0 == "*" }
  }
}
