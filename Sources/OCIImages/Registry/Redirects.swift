/// Where an answer may send a request. A value; it counts.
struct Redirects: Sendable {
  private(set) var count = 0

  static let limit = 5

  /// The next address.
  ///
  /// Credentials are of no concern here: they go to the registry's own origin and nowhere else, whoever says what.
  ///
  /// - Throws: ``OCIError`` (`bad_registry_answer`, `registry_refused`).
  mutating func next(_ location: String?, from address: WebAddress) throws(OCIError) -> WebAddress {
    count += 1
    guard count <= Self.limit else {
      throw OCIError(
        .badAnswer, "\(address.origin.authority) redirects more than \(Self.limit) times; tell who runs the registry")
    }
    guard let location, let next = WebAddress(location, relativeTo: address) else {
      throw OCIError(.badAnswer, "\(address.origin.authority) redirects to no address; tell who runs the registry")
    }
    guard next.origin.isSecure || !address.origin.isSecure else {
      throw OCIError(
        .refused,
        "\(address.origin.authority) redirects from https to plain http at \(next.origin.authority), where anybody could read and change what comes; it was not followed"
      )
    }
    return next
  }

  static func isRedirect(_ status: UInt) -> Bool { [301, 302, 303, 307, 308].contains(status) }
}
