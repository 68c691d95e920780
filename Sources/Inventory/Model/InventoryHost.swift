/// A host that an inventory names.
public struct InventoryHost: Sendable, Hashable {
  public let name: String
  /// Where it is named first.
  public let line: Int
  /// All groups that it belongs to, through children too; the one whose variables win is last, `all` is first.
  public let groups: [String]
  /// What its own lines say; see ``MachineInventory/variables(of:)`` for what counts.
  public let variables: [String: InventoryVariable]
}
