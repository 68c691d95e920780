/// What Muster has changed on a machine, oldest first: the file `/var/lib/muster/record`.
///
/// Its first line is `muster-record 1 .`, every further one a ``RecordedChange`` with ` .` at its end: a line that a power
/// cut has torn is none, even where its beginning would make sense. A line is on disk before what it says is done, so that what is
/// there and not in the record was there before; each thing is in it once.
public struct MachineRecord: Sendable, Hashable {
  public static let header = "muster-record 1"
  /// The most bytes of one.
  static let largest = 1 << 20

  public var changes: [RecordedChange]

  public init(_ changes: [RecordedChange] = []) { self.changes = changes }

  /// - Throws: ``ProvisioningError`` (`badAnswer`) for what another version of Muster has written.
  init(lines: [Substring]) throws(ProvisioningError) {
    var changes: [RecordedChange] = []
    var seen: Set<String> = []
    let whole = lines.filter { $0.hasSuffix(" .") }.map { $0.dropLast(2) }
    guard let first = whole.first else {
      self.changes = []
      return
    }
    guard first == Self.header else {
      throw ProvisioningError(
        .badAnswer, "its record \(MachinePlaces.record) was written by another version of Muster; use that one")
    }
    for line in whole.dropFirst() where line != Self.header {
      guard let change = RecordedChange(line) else {
        throw ProvisioningError(
          .badAnswer,
          "its record \(MachinePlaces.record) has the line '\(line.prefix(80))', which means nothing; use the version of "
            + "Muster that wrote it")
      }
      if seen.insert(change.text).inserted { changes.append(change) }
    }
    self.changes = changes
  }

  /// The whole file.
  public var text: String { ([Self.header] + changes.map(\.text)).map { "\($0) .\n" }.joined() }

  public func has(_ change: RecordedChange) -> Bool { changes.contains(change) }

  /// Whether what is at a path is of Muster's making.
  public func owns(_ path: String) -> Bool {
    changes.contains { [.newFile(path), .replacedFile(path), .link(path)].contains($0) }
  }

  /// Whether a package was brought by Muster.
  public func brought(_ package: String) -> Bool { has(.package(package)) }

  /// Where the copy of a file lies that was there before.
  public static func copy(of path: String) -> String {
    MachinePlaces.before + "/" + path.map { $0 == "/" ? "%" : String($0) }.joined()
  }
}
