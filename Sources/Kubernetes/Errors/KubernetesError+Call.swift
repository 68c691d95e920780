extension KubernetesError {
  /// Marks an error of a transport whose request has certainly not reached the server, so that it may be sent again.
  static let notSent = ["request": "not sent"]

  /// How a retry plan sees an error that is not an answer.
  var retryFailure: RetryPlan.Failure {
    guard code == .unreachable || code == .deadline else { return .final }
    if details["request"] == Self.notSent["request"] { return .notSent }
    return code == .unreachable ? .broken : .final
  }

  /// The same error, saying in its details what was asked.
  func about(_ call: Call) -> KubernetesError {
    var details = details
    details["doing"] = call.words
    return KubernetesError(code, message, status: status, details: details, cause: cause)
  }

  /// Whether the server says that there is no such object.
  public var isNotFound: Bool { code == .refused && status?.code == 404 }
  /// Whether an object of that name is there already.
  public var isAlreadyExists: Bool { code == .refused && status?.reason == "AlreadyExists" }
  /// Whether somebody else changed the object, or owns the field.
  public var isConflict: Bool { code == .refused && status?.code == 409 && status?.reason != "AlreadyExists" }
  /// Whether a resourceVersion or a continue token is too old for the server: list again.
  public var isExpired: Bool { code == .refused && (status?.code == 410 || status?.reason == "Expired") }
}
