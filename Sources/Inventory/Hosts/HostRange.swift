/// Writes the ranges of a host name out: `w[1:3]` is w1, w2, w3.
///
/// Bounds are numbers (padded with zeros if the first is) or letters a to z, A to Z; a step may follow; several ranges in a
/// name run through each other, the first slowest. A missing first number is 0. A range of numbers that runs backwards
/// names no host, as with Ansible.
struct HostRange {
  /// Why a name cannot be written out.
  struct Fault: Error {
    let reason: String
  }

  /// How many names there may still be.
  private let most: Int
  private var names: [String] = []
  /// Names begun: a range of a billion before one that is empty makes none, but takes for ever.
  private var begun = 0

  /// - Throws: ``Fault``, half a sentence.
  static func names(_ pattern: String, most: Int) throws(Fault) -> [String] {
    guard pattern.unicodeScalars.contains("[") else { return [pattern] }
    guard pattern.unicodeScalars.count(where: { $0 == "[" }) <= InventoryLimits.rangesInName else {
      throw Fault(reason: "has over \(InventoryLimits.rangesInName) ranges; write fewer on one line")
    }
    guard !pattern.unicodeScalars.contains("|") else { throw Self.noRange }
    var range = HostRange(most: most)
    try range.expand("", pattern[...])
    return range.names
  }

  private init(most: Int) { self.most = most }

  private static let noRange = Fault(
    reason: "has brackets that are no range; a range is [first:last] or [first:last:step]")

  /// - Parameters:
  ///   - head: what is written out already.
  ///   - rest: what is not yet.
  private mutating func expand(_ head: String, _ rest: Substring) throws(Fault) {
    begun += 1
    guard names.count < most, begun <= 2 * InventoryLimits.hosts else {
      throw Fault(
        reason:
          "names more hosts than an inventory may hold (\(InventoryLimits.hosts)); is a bound of a range mistyped?")
    }
    let scalars = rest.unicodeScalars
    guard let open = scalars.firstIndex(of: "[") else { return names.append(head + rest) }
    guard let close = scalars.firstIndex(of: "]"), open < close else { throw Self.noRange }
    let bounds = rest[scalars.index(after: open)..<close]
      .split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let start = head + rest[..<open]
    let tail = rest[scalars.index(after: close)...]
    for part in try Parts(bounds) { try expand(start + part, tail) }
  }

  /// What one range runs through, made as it is asked for: a mistyped bound may stand for a billion.
  private struct Parts: Sequence, IteratorProtocol {
    private var position: Int
    private let end: Int
    private let step: Int
    private let width: Int
    private let letters: [Character]?

    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

    init(_ bounds: [String]) throws(Fault) {
      guard bounds.count == 2 || bounds.count == 3 else {
        throw HostRange.noRange
      }
      let first = bounds[0].isEmpty ? "0" : bounds[0]
      let last = bounds[1]
      guard !last.isEmpty else {
        throw Fault(reason: "has a range without an end; write the last number, as in [1:3]")
      }
      width = first.first == "0" && first.unicodeScalars.count > 1 ? first.unicodeScalars.count : 0
      guard width == 0 || last.unicodeScalars.count == width else {
        throw Fault(reason: "has a padded range whose ends differ in length; write both alike, as in [001:100]")
      }
      guard let step = bounds.count == 3 ? PythonText.int(bounds[2])?.int : 1, step != 0 else {
        throw Fault(reason: "has a range whose step is not a number other than 0; write it as in [1:9:2]")
      }
      self.step = step
      if let from = Self.place(first), let to = Self.place(last) {
        guard from <= to else {
          throw Fault(
            reason: "has a range of letters that runs backwards; the first must come before the last in a to z, A to Z")
        }
        // A slice of letters that runs backwards is empty.
        (position, end, letters) = (step > 0 ? from : to + 1, to + 1, Self.alphabet)
      } else {
        guard let from = PythonText.int(first)?.int, let to = PythonText.int(last)?.int,
          let end = Optional(to.addingReportingOverflow(1)), !end.overflow
        else {
          throw Fault(reason: "has a range whose ends are neither numbers nor letters; write them as in [1:3] or [a:c]")
        }
        (position, self.end, letters) = (from, end.partialValue, nil)
      }
    }

    /// Where a letter, or a run of letters, stands in the alphabet.
    private static func place(_ text: String) -> Int? {
      let word = Array(text)
      guard word.count <= alphabet.count else { return nil }
      return (0...(alphabet.count - word.count)).first { alphabet[$0..<($0 + word.count)].elementsEqual(word) }
    }

    mutating func next() -> String? {
      guard step > 0 ? position < end : position > end else { return nil }
      let value = position
      let (following, isOver) = position.addingReportingOverflow(step)
      position = isOver ? end : following
      if let letters { return letters.indices.contains(value) ? String(letters[value]) : nil }
      let digits = String(value.magnitude)
      let sign = value < 0 ? "-" : ""
      return sign + String(repeating: "0", count: Swift.max(width - digits.count - sign.count, 0)) + digits
    }
  }
}
