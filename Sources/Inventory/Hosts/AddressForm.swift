/// What Ansible takes for a host name and for an IPv6 address, both with ranges in them.
enum AddressForm {
  /// Labels of letters, digits, `_`, `-` and ranges, with dots between them; a label neither begins nor ends with a dash,
  /// nor ends with an underscore. IPv4 addresses are among them.
  static func isHostName(_ text: [Unicode.Scalar]) -> Bool {
    var index = 0
    var isStart = true
    var last: Unicode.Scalar = "."
    while index < text.count {
      let scalar = text[index]
      if scalar == "." {
        guard !isStart, last != "-", last != "_" else { return false }
        isStart = true
        index += 1
        continue
      }
      if scalar == "[" {
        guard let end = range(text, from: index, of: isLetterOrNumber) else { return false }
        index = end
        last = "]"
      } else {
        guard PythonText.isWord(scalar) || (scalar == "-" && !isStart) else { return false }
        index += 1
        last = scalar
      }
      isStart = false
    }
    return !isStart && last != "-" && last != "_"
  }

  /// All forms from `::` to eight groups, and those with an IPv4 address at their end.
  static func isIPv6(_ text: [Unicode.Scalar]) -> Bool {
    guard let parts = parts(text) else { return false }
    if parts.contains(".") { return isMapped(parts) }
    guard let gap = doubleColon(parts) else { return isJoined(parts, count: 8) }
    let left = parts[..<gap]
    let right = parts[(gap + 2)...]
    let leftCount = (left.count + 1) / 2
    let rightCount = (right.count + 1) / 2
    guard left.isEmpty || isJoined(Array(left), count: leftCount),
      right.isEmpty || isJoined(Array(right), count: rightCount)
    else { return false }
    return rightCount == 0 || leftCount == 0 ? max(leftCount, rightCount) <= 6 : leftCount + rightCount <= 7
  }

  /// The text as groups (`x`; `0` and `f` where they are exactly `0` and `ffff`), `:` and `.`; nil for anything else.
  private static func parts(_ text: [Unicode.Scalar]) -> [Unicode.Scalar]? {
    guard text.count <= 1024 else { return nil }
    var parts: [Unicode.Scalar] = []
    var index = 0
    while index < text.count {
      let scalar = text[index]
      if scalar == ":" || scalar == "." {
        parts.append(scalar)
        index += 1
      } else if scalar == "[" {
        guard let end = range(text, from: index, of: isHexadecimal) else { return nil }
        parts.append("x")
        index = end
      } else {
        let group = text[index...].prefix { isHexDigit($0) }
        guard (1...4).contains(group.count) else { return nil }
        let word = String(String.UnicodeScalarView(group)).lowercased()
        parts.append(word == "0" ? "0" : word == "ffff" ? "f" : "x")
        index += group.count
        // A group is either digits or a range.
        if index < text.count, text[index] == "[" { return nil }
      }
    }
    return parts
  }

  private static func isGroup(_ part: Unicode.Scalar) -> Bool { part != ":" && part != "." }

  private static func isJoined(_ parts: [Unicode.Scalar], count: Int, by mark: Unicode.Scalar = ":") -> Bool {
    parts.count == 2 * count - 1
      && parts.enumerated().allSatisfy { $0.offset % 2 == 0 ? isGroup($0.element) : $0.element == mark }
  }

  private static func doubleColon(_ parts: [Unicode.Scalar]) -> Int? {
    parts.indices.dropLast().first { parts[$0] == ":" && parts[$0 + 1] == ":" }
  }

  private static func isMapped(_ parts: [Unicode.Scalar]) -> Bool {
    guard parts.count >= 7, isJoined(Array(parts.suffix(7)), count: 4, by: ".") else { return false }
    let head = String(String.UnicodeScalarView(parts.dropLast(7)))
    return ["::", "::f:", "0:0:0:0:0:0:", "0:0:0:0:0:f:"].contains(head)
  }

  /// Where the range that begins at `start` ends, if it is one: `[a:b]` or `[a:b:step]`.
  private static func range(
    _ text: [Unicode.Scalar], from start: Int,
    of isBounds: (ArraySlice<Unicode.Scalar>, ArraySlice<Unicode.Scalar>) -> Bool
  ) -> Int? {
    guard let close = text[start...].firstIndex(of: "]") else { return nil }
    let bounds = text[(start + 1)..<close].split(separator: ":", omittingEmptySubsequences: false)
    guard bounds.count == 2 || bounds.count == 3, isBounds(bounds[0], bounds[1]) else { return nil }
    if bounds.count == 3, !isDigits(bounds[2]) { return nil }
    return close + 1
  }

  private static func isDigits(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
    !text.isEmpty && text.allSatisfy { ("0"..."9").contains($0) }
  }

  private static func isHexDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && Character(scalar).isHexDigit
  }

  private static func isHexadecimal(_ from: ArraySlice<Unicode.Scalar>, _ to: ArraySlice<Unicode.Scalar>) -> Bool {
    !from.isEmpty && !to.isEmpty && from.allSatisfy(isHexDigit) && to.allSatisfy(isHexDigit)
  }

  private static func isLetterOrNumber(_ from: ArraySlice<Unicode.Scalar>, _ to: ArraySlice<Unicode.Scalar>) -> Bool {
    if isDigits(from), isDigits(to) { return true }
    return [from, to].allSatisfy { $0.count == 1 && $0.allSatisfy { $0.isASCII && $0.properties.isAlphabetic } }
  }
}
