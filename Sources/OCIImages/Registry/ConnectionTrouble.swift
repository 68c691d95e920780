import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL

/// A connection could not be made, or broke: which of these, as a sentence, and whether another try may help.
struct ConnectionTrouble: Error {
  let error: OCIError
  let isPassing: Bool

  /// - Parameter cause: what the HTTP client threw.
  init(_ cause: any Error, at address: WebAddress) {
    let host = address.origin.authority
    let text = "\(cause)"
    if text.contains("CERTIFICATE_VERIFY_FAILED") || cause is NIOSSLExtraError {
      isPassing = false
      error = OCIError(
        .untrusted,
        "the certificate of \(host) is not trusted here; give the certificate of the authority that signed it, or use the name that is in it",
        cause: cause)
    } else if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
      isPassing = false
      error = OCIError(
        .unreachable, "\(host) does not speak https; if it is meant to be reached by plain http, say so", cause: cause)
    } else if Self.isNameUnknown(cause) {
      isPassing = true
      error = OCIError(
        .unreachable, "there is no host '\(address.origin.host)'; see that its name is right", cause: cause)
    } else if let cause = cause as? HTTPClientError, [.readTimeout, .writeTimeout].contains(cause) {
      isPassing = true
      error = OCIError(.unreachable, "\(host) has been silent for too long; try again later", cause: cause)
    } else if let cause = cause as? HTTPClientError, [.connectTimeout, .deadlineExceeded].contains(cause) {
      isPassing = true
      error = OCIError(
        .unreachable, "\(host) does not answer; see that it runs and that nothing is in the way", cause: cause)
    } else {
      isPassing = true
      error = OCIError(
        .unreachable, "the connection to \(host) could not be made or broke; see that it runs and can be reached",
        cause: cause)
    }
  }

  private static func isNameUnknown(_ cause: any Error) -> Bool {
    guard let cause = cause as? NIOConnectionError else { return false }
    return cause.connectionErrors.isEmpty && (cause.dnsAError != nil || cause.dnsAAAAError != nil)
  }
}
