import AsyncHTTPClient
import MusterCore
import NIOCore
import NIOPosix
import NIOSSL

/// Says in a sentence why a request could not be carried.
struct TransportFailure: Sendable {
  private let server: String
  private let isInsecure: Bool
  private let proxy: String?
  private let patience: Duration
  /// Whether there was a connection over which the request can have left.
  var wasConnected = true

  init(configuration: ClientConfiguration, patience: Duration) {
    server = "\(configuration.server)"
    isInsecure = configuration.isInsecure
    proxy = configuration.proxy.map { "\($0)" }
    self.patience = patience
  }

  /// - Parameter hasAnswer: whether the head of an answer had come before.
  func judge(_ error: any Error, hasAnswer: Bool) -> any Error {
    if error is CancellationError || Task.isCancelled { return CancellationError() }
    if let error = error as? KubernetesError { return error }
    if let error = error as? HTTPClientError { return judge(error, hasAnswer: hasAnswer) }
    let text = String(describing: error)
    if error is NIOConnectionError || text.contains("Connection refused") {
      return unreachable(
        "nobody answers at \(place): \(Self.connecting(text)); look whether the API server runs and the address is right",
        isSent: false)
    }
    if error is NIOSSLError || error is NIOSSLExtraError || error is BoringSSLError {
      return judgeTLS(text, hasAnswer: hasAnswer)
    }
    return broken(Self.reason(text))
  }

  private func judge(_ error: HTTPClientError, hasAnswer: Bool) -> KubernetesError {
    switch error {
    case .deadlineExceeded, .getConnectionFromPoolTimeout:
      return KubernetesError(
        .deadline,
        "the API server at \(place) did not answer within \(patience.wholeMilliseconds) ms; look at the server's load and "
          + "at the network, or allow it more time")
    case .connectTimeout, .tlsHandshakeTimeout:
      let part = error == .connectTimeout ? "no connection" : "no TLS connection"
      return unreachable(
        "\(part) to \(place) could be made within 10 s; look whether the API server runs, the address is right and no "
          + "firewall is between", isSent: false)
    case .proxyAuthenticationRequired, .invalidProxyResponse, .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
      return unreachable(
        "the proxy \(proxy ?? "") does not lead to the API server at \(server): \(error.shortDescription); look at the proxy-url of the "
          + "cluster", isSent: false)
    case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath:
      return KubernetesError(.badConfiguration, "the API server's address \(server) is no URL; correct it")
    case .remoteConnectionClosed, .uncleanShutdown, .requestStreamCancelled:
      return broken("the server closed it")
    default:
      // The short description: the long one has the headers in it, and so the token.
      let short = error.shortDescription
      if short.contains("header field") {
        return KubernetesError(
          .badValue, "a request to \(server) cannot be written: \(short); look for line ends in names and tokens",
          details: KubernetesError.notSent)
      }
      return broken(short)
    }
  }

  private func judgeTLS(_ text: String, hasAnswer: Bool) -> KubernetesError {
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
      return untrusted(
        "is signed by none of the authorities that the configuration trusts, or is out of date; set "
          + "certificate-authority-data to the cluster's own, and look at the clock")
    }
    if text.contains("failedToValidateHostname") || text.contains("ailed to validate hostname")
      || text.contains("HOSTNAME")
    {
      return untrusted("is for another name; correct the address, or set tls-server-name to a name in the certificate")
    }
    if text.contains("ALERT") {
      return KubernetesError(
        .credentials,
        "the API server at \(server) breaks the TLS connection off: \(Self.reason(text)); look at the client certificate",
        details: KubernetesError.notSent)
    }
    if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
      return unreachable(
        "what listens at \(place) does not speak TLS; look at the address, or write http:// if that is meant",
        isSent: false)
    }
    if hasAnswer || !text.contains("andshake") { return broken(Self.reason(text)) }
    return unreachable(
      "no TLS connection to \(place) could be made: \(Self.reason(text)); look whether that is the API server",
      isSent: false)
  }

  private func untrusted(_ why: String) -> KubernetesError {
    KubernetesError(
      .untrusted, "the API server at \(place) is not trusted: its certificate \(why)", details: KubernetesError.notSent)
  }

  private func broken(_ why: String) -> KubernetesError {
    guard wasConnected else {
      return unreachable(
        "no connection to \(place) could be made: \(why); look whether the API server runs, and at what is between",
        isSent: false)
    }
    return unreachable(
      "the connection to the API server at \(place) broke: \(why); try again, but look first whether a change was made",
      isSent: true)
  }

  private func unreachable(_ sentence: String, isSent: Bool) -> KubernetesError {
    KubernetesError(.unreachable, sentence, details: isSent ? [:] : KubernetesError.notSent)
  }

  private var place: String { proxy.map { "\(server) (through the proxy \($0))" } ?? server }

  /// Why no connection could be made.
  static func connecting(_ text: String) -> String {
    if text.contains("Connection refused") { return "the connection was refused" }
    if text.contains("UnknownHost") { return "the name cannot be resolved" }
    if text.contains("unreachable") { return "there is no way to it" }
    return reason(text)
  }

  /// The gist of a library's error, in one line.
  private static func reason(_ text: String) -> String { RefusalSentence.cleaned(text, limit: 300) }
}
