import MusterCore

/// What went wrong between a program and a Kubernetes API server, as a sentence that a person can act on.
public struct KubernetesError: CodedError {
  /// Which error it is. Compare with the constants; more may come.
  public struct Code: Sendable, Hashable {
    private enum Name: String {
      case badConfiguration = "bad_kubernetes_configuration"
      case credentials = "kubernetes_credentials"
      case unreachable = "kubernetes_unreachable"
      case untrusted = "kubernetes_untrusted"
      case deadline = "kubernetes_deadline"
      case refused = "kubernetes_refused"
      case badAnswer = "bad_kubernetes_answer"
      case badValue = "bad_kubernetes_value"
      case badManifest = "bad_manifest"
      case unsupported = "kubernetes_unsupported"
    }
    private let name: Name

    /// A kubeconfig (or what a pod is given) is missing, unreadable or says something that makes no sense.
    public static let badConfiguration = Code(name: .badConfiguration)
    /// A token, a certificate or an exec plugin could not be had.
    public static let credentials = Code(name: .credentials)
    /// Nobody answers at the server's address, or the connection broke.
    public static let unreachable = Code(name: .unreachable)
    /// The server's certificate is not one that the configuration trusts.
    public static let untrusted = Code(name: .untrusted)
    /// The request took longer than its caller allowed.
    public static let deadline = Code(name: .deadline)
    /// The API server answered with an error; ``KubernetesError/status`` has its reason and details.
    public static let refused = Code(name: .refused)
    /// What the server sent is not what its API promises.
    public static let badAnswer = Code(name: .badAnswer)
    /// A quantity, a selector, a time or another value is not well formed.
    public static let badValue = Code(name: .badValue)
    /// A manifest cannot be read.
    public static let badManifest = Code(name: .badManifest)
    /// The server is too old, or was built without what was asked of it.
    public static let unsupported = Code(name: .unsupported)

    var text: String { name.rawValue }
  }

  public let code: Code
  public let message: String
  public let details: [String: String]
  public let cause: (any Error)?
  /// The server's own account, for ``Code/refused``.
  public let status: Status?
  public var codeName: String { code.text }

  public init(
    _ code: Code, _ message: String, status: Status? = nil, details: [String: String] = [:], cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.status = status
    self.details = details
    self.cause = cause
  }
}
