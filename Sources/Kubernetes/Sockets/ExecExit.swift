/// How a command in a container ended.
public struct ExecExit: Sendable, Hashable {
  /// 0 for success.
  public var code: Int
  /// What the server says about an exit that is no success.
  public var message: String?

  public init(code: Int, message: String? = nil) {
    self.code = code
    self.message = message
  }

  public var isSuccess: Bool { code == 0 }

  /// Reads the `Status` of the error channel.
  ///
  /// - Throws: ``KubernetesError`` (`refused`) when the command could not be run at all.
  init(_ status: Status, _ subject: String) throws(KubernetesError) {
    if status.status == "Success" {
      self.init(code: 0)
      return
    }
    let exit = status.details?.causes?.first { $0.reason == "ExitCode" }?.message.flatMap { Int($0) }
    guard status.reason == "NonZeroExitCode", let exit else {
      let why = RefusalSentence.cleaned(status.message ?? status.reason ?? "no reason is given", limit: 1000)
      throw KubernetesError(.refused, "the API server could not \(subject): \(why)", status: status)
    }
    self.init(code: exit, message: status.message)
  }
}
