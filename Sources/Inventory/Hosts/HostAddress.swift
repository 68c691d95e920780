/// A host as an inventory names it: a name or an address, perhaps with ranges, and perhaps a port behind it.
struct HostAddress {
  /// The name, with ranges as they were written.
  let name: String
  let port: WholeNumber?

  /// Splits the port off if what remains is a host name or an address; otherwise all of it is the name, as with Ansible.
  ///
  /// `name:22`, `w[1:3]:22` and `[2001:db8::1]:22` have a port; `2001:db8::1` and `not a host:22` have none.
  init(_ pattern: String) {
    var address = Array(pattern.unicodeScalars)
    var port: WholeNumber?
    if let (inner, found) = Self.bracketed(address) { (address, port) = (inner, found) }
    if let (inner, found) = Self.plain(address) { (address, port) = (inner, found) }
    if port != nil, AddressForm.isHostName(address) || AddressForm.isIPv6(address) {
      var name = ""
      name.unicodeScalars.append(contentsOf: address)
      self.name = name
      self.port = port
    } else {
      name = pattern
      self.port = nil
    }
  }

  /// `[…]:22`
  private static func bracketed(_ text: [Unicode.Scalar]) -> ([Unicode.Scalar], WholeNumber)? {
    guard text.first == "[", let (end, port) = splitPort(text), end > 2, text[end - 1] == "]" else { return nil }
    return (Array(text[1..<end - 1]), port)
  }

  /// `…:22`, where other colons stand only in brackets.
  private static func plain(_ text: [Unicode.Scalar]) -> ([Unicode.Scalar], WholeNumber)? {
    guard let (end, port) = splitPort(text) else { return nil }
    var isInside = false
    for scalar in text[..<end] {
      switch scalar {
      case "[" where !isInside: isInside = true
      case "]":
        guard isInside else { return nil }
        isInside = false
      case ":" where !isInside: return nil
      default: break
      }
    }
    return isInside ? nil : (Array(text[..<end]), port)
  }

  /// The digits behind the last colon, and where that stands.
  private static func splitPort(_ text: [Unicode.Scalar]) -> (end: Int, port: WholeNumber)? {
    guard let colon = text.lastIndex(of: ":"), colon + 1 < text.count else { return nil }
    var digits = ""
    for scalar in text[(colon + 1)...] {
      guard ("0"..."9").contains(scalar) else { return nil }
      digits.unicodeScalars.append(scalar)
    }
    return WholeNumber(digits: digits, radix: 10).map { (colon, $0) }
  }
}
