/// A variable as it stands in an inventory.
public struct InventoryVariable: Sendable, Hashable {
  public let value: InventoryValue
  /// Where it stands, counted from 1; 0 if in no line.
  public let line: Int
}
