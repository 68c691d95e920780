/// A variable of a host after precedence, and who set it.
public struct EffectiveVariable: Sendable, Hashable {
  /// Who set a variable.
  public enum Origin: Sendable, Hashable {
    /// Whatever is given beside the inventory (`--extra-vars`), which beats everything in it.
    case extra
    case host(line: Int)
    case group(String, line: Int)
  }

  public let value: InventoryValue
  public let origin: Origin

  /// The line of the inventory, counted from 1; 0 if it comes from elsewhere.
  public var line: Int {
    switch origin {
    case .extra: 0
    case .host(let line), .group(_, let line): line
    }
  }
}
