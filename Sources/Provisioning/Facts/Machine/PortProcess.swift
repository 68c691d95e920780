/// A process that holds a port.
public struct PortProcess: Sendable, Hashable {
  public var id: Int
  /// At most 15 characters.
  public var name: String
  /// The service that it belongs to, `nginx.service`; `kubepods` in a pod; empty if there is none.
  public var unit: String

  /// For people.
  public var text: String {
    let known = name.isEmpty ? "a process" : name
    return unit.isEmpty || unit == "kubepods" ? "\(known) (process \(id))" : "\(known) of \(unit) (process \(id))"
  }
}
