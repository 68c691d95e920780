/// What labels and taints are made of.
enum NodeWords {
  /// `fluidexnode`, `node-role.kubernetes.io/worker`.
  static func isKey(_ text: some StringProtocol) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return (1...2).contains(parts.count) && parts.allSatisfy { MachinePath.isName($0) }
  }

  /// May be empty; of a taint with a colon.
  static func isValue(_ text: some StringProtocol) -> Bool { text.isEmpty || MachinePath.isName(text) }
}
