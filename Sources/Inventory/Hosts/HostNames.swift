/// The hosts that one entry of an inventory names.
struct HostNames {
  let names: [String]
  let port: WholeNumber?

  /// - Parameter most: how many names there may be.
  /// - Throws: half a sentence about the entry.
  init(_ pattern: String, most: Int) throws(HostRange.Fault) {
    let address = HostAddress(pattern)
    port = address.port
    names = try HostRange.names(address.name, most: most)
  }
}
