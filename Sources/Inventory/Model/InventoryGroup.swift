/// A group of hosts. Every inventory has `all` and `ungrouped`.
public struct InventoryGroup: Sendable, Hashable {
  public let name: String
  /// The hosts that it names itself, in the order of the file; those of its children are not among them.
  public let hosts: [String]
  /// Its child groups, in the order of the file.
  public let children: [String]
  public let variables: [String: InventoryVariable]
  /// Decides between groups of equal depth: the higher one's variables win. Set by `ansible_group_priority`; 1 otherwise.
  public let priority: Int
  /// The longest way from `all`, which itself has 0. The deeper group's variables win.
  public let depth: Int
}
