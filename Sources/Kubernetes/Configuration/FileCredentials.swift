import MusterCore
import Synchronization

/// Credentials from files that somebody replaces now and then, as Kubernetes does with a pod's token.
///
/// They are read again after a minute, and at once when the server refused them. While a file cannot be read, is empty
/// because it is being written, or holds the key of another certificate, the last good ones stay in use.
final class FileCredentials: CredentialSource {
  /// After which the files are read again. A pod's token is replaced when four fifths of its life are over.
  static let freshness: Duration = .seconds(60)
  /// After which files that were no good are read again: who replaces them is soon done.
  static let secondLook: Duration = .seconds(1)

  private let authorization: Secret<String>?
  private let tokenFile: String?
  private let certificate: CertificateFiles?
  private let time: any Timekeeper
  private let last = Mutex<(credentials: Credentials, staleAt: Moment)?>(nil)

  /// - Parameter authorization: used while there is no token file or it cannot be read.
  init(
    authorization: Secret<String>? = nil, tokenFile: String?, certificate: CertificateFiles? = nil,
    time: any Timekeeper
  ) {
    self.authorization = authorization
    self.tokenFile = tokenFile
    self.certificate = certificate
    self.time = time
  }

  func current(forceRefresh: Bool) async throws -> Credentials {
    let now = time.moment()
    let known = last.withLock { $0 }
    if let known, !forceRefresh, now < known.staleAt { return known.credentials }
    do throws(KubernetesError) {
      let credentials = Credentials(authorization: try token(), certificate: try certificate?.readPair())
      last.withLock { $0 = (credentials, now + Self.freshness) }
      return credentials
    } catch {
      guard let known else { throw KubernetesError(.credentials, error.message, details: error.details) }
      last.withLock { $0 = (known.credentials, now + Self.secondLook) }
      return known.credentials
    }
  }

  private func token() throws(KubernetesError) -> Secret<String>? {
    guard let tokenFile else { return authorization }
    do throws(KubernetesError) {
      return Secret("Bearer \(try Self.token(in: tokenFile).reveal())")
    } catch {
      if let authorization { return authorization }
      throw error
    }
  }

  /// The token in a file, without the line end that editors leave.
  static func token(in path: String) throws(KubernetesError) -> Secret<String> {
    func error(_ reason: String) -> KubernetesError {
      KubernetesError(
        .credentials, "the token file '\(path)' cannot be used: \(reason)", details: ["file": path])
    }
    var bytes = try BoundedFile.read(path, largest: 1 << 20, error: error)
    while let end = bytes.last, end <= 0x20 { bytes.removeLast() }
    let start = bytes.prefix { $0 <= 0x20 }.count
    bytes.removeFirst(start)
    if bytes.isEmpty { throw error("it is empty") }
    // It becomes a header's value: a line end in it would begin another header.
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw error("it holds something else than a token") }
    return Secret(String(decoding: bytes, as: UTF8.self))
  }
}
