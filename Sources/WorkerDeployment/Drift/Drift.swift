import Kubernetes

/// Something of ours that is no longer as it was deployed.
public struct Drift: Sendable, Hashable, Encodable {
  /// `deployment/prover-cli-t`, as kubectl writes it.
  public var object: String
  /// As kubectl writes it; nil: it is about the object as a whole.
  public var field: String?
  /// What Muster has set; of a long text its hash, and of a Secret's value nothing. Nil: it is about the object as a whole.
  public var deployed: JSONValue?
  /// What is there now, in the same form; nil: nothing.
  public var found: JSONValue?
  /// The field manager who has changed it, as `kubectl-edit`; nil: the server does not tell.
  public var manager: String?
  /// When that one wrote last, in RFC 3339.
  public var time: String?
  /// What happened, without the cure: `is not there any more`.
  public var what: String
  /// What sets it right.
  public var cure: String

  static let redeploy = "'muster workers deploy' sets it back"

  /// One line for people.
  public var sentence: String {
    let place = field.map { "\(object) \($0)" } ?? object
    var who = ""
    if let manager { who = ", changed by '\(manager)'" + (time.map { " at \($0)" } ?? "") }
    return "\(place) \(what)\(who); \(cure)"
  }

  /// A line's worth of a value, without what could break a terminal.
  static func text(_ value: JSONValue) -> String {
    "'\(Wording.cleaned(value.string ?? JSONWriter.text(value), limit: 80))'"
  }
}
