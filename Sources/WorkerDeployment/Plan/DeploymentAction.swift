import Kubernetes

/// One thing to do, and why. Each can be repeated after a crash at any point.
public struct DeploymentAction: Sendable, Hashable {
  public enum Deed: Sendable, Hashable {
    case createNamespace
    /// Creates or changes it, and owns its fields from then on.
    case apply(WantedObject)
    /// What cannot be changed in place: it goes and is made anew.
    case recreate(WantedObject)
    case delete(WantedObject)
    /// The namespace's annotation `stage`; nil takes it away.
    case annotateStage(String?)
    case deliverImage(ImageTarget)
    /// Out of its registry, if that allows it; if not, everything else is done all the same.
    case deleteImage(DeliveredImage)
    /// Changes some fields of what is there, and leaves all others as they are, ours too: a strategic merge patch.
    case adjust(WantedObject)
    /// How many workers there are to be.
    case scale(Int)
    /// Only one that Muster has made, and in which nothing else is.
    case deleteNamespace
  }

  public var deed: Deed
  /// For people: `deployment/prover-cli-t`.
  public var subject: String
  /// One sentence.
  public var why: String
  public var changes: [FieldChange]

  public init(_ deed: Deed, subject: String, why: String, changes: [FieldChange] = []) {
    self.deed = deed
    self.subject = subject
    self.why = why
    self.changes = changes
  }

  /// Whether it makes a service anew, with which what stands behind it goes.
  public var remakesService: Bool {
    if case .recreate(let wanted) = deed { wanted.type.kind == "Service" } else { false }
  }
}
