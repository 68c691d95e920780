import Kubernetes

/// One object that has to be there, with exactly the fields that are ours.
///
/// It may be a Secret; so it prints as its title, also where it is part of something that is printed.
public struct WantedObject: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
  public var type: ResourceType
  public var object: DynamicObject
  /// Why it is there, for people: `how pods reach the coordinator`.
  public var purpose: String

  public init(_ type: ResourceType, _ object: DynamicObject, purpose: String) {
    self.type = type
    self.object = object
    self.purpose = purpose
  }

  public var name: String { object.name ?? "" }
  /// `deployment/prover-cli-t`, as kubectl writes it.
  public var title: String { "\(type.kind.lowercased())/\(name)" }
  public var description: String { title }
  public var debugDescription: String { title }
  public var customMirror: Mirror { Mirror(self, children: ["title": title, "purpose": purpose]) }
}
