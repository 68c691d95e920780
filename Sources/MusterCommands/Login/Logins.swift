import Certificates
import CoordinatorAPI
import MusterCore

/// The coordinators to which this user has logged in: a folder each under `$XDG_CONFIG_HOME/muster/logins`, and the name of
/// the one that counts when none is named.
struct Logins {
  private let folder: String

  /// - Parameter environment: says where the user's configuration is.
  init(_ environment: [String: String]) {
    let base = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    folder = (base ?? "\(environment["HOME"] ?? ".")/.config") + "/muster"
  }

  /// Where the certificate for a coordinator is, or will be.
  func identity(for address: CoordinatorAddress) -> IdentityFolder {
    // A host's name or an address has no slash; colons of IPv6 are no trouble in a file's name.
    IdentityFolder("\(folder)/logins/\(address.host)_\(address.port)")
  }

  /// The coordinator that was logged in to last; nil if there is none.
  var current: CoordinatorAddress? {
    guard let text = try? PrivateFile.read("\(folder)/coordinator") else { return nil }
    return try? CoordinatorAddress(parsing: text.filter { !$0.isNewline })
  }

  /// - Throws: `CertificatesError` if it cannot be written.
  func setCurrent(_ address: CoordinatorAddress) throws {
    try PrivateFile.makeFolder(folder)
    try PrivateFile.write("\(address)\n", to: "\(folder)/coordinator", mode: .everyone)
  }
}
