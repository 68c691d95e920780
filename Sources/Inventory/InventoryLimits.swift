/// How much an inventory may hold. A file of a few lines can name a billion hosts; these bounds keep memory and time small.
enum InventoryLimits {
  /// Bytes of a file.
  static let fileSize = 4 << 20
  /// Characters of a line.
  static let lineLength = 64 << 10
  static let hosts = 20_000
  static let groups = 2_000
  /// Hosts named in groups, and groups named in groups, each counted as often as it is.
  static let memberships = 200_000
  /// Variables that are set, each counted for every host that it is set for.
  static let assignments = 1_000_000
  /// Variables that all hosts have together, groups' included.
  static let effectiveVariables = 5_000_000
  /// Ranges in one host name.
  static let rangesInName = 16
  /// How deep a value may be nested.
  static let valueDepth = 100
}
