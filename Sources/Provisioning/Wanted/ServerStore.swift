/// What a server has of the cluster's data. Who starts first goes by it: a server without any must join one that has some, or
/// a second cluster would come into being.
public enum ServerStore: String, Sendable, Hashable, CaseIterable {
  case none
  /// It has a token, and what else it has is not known: it may never have joined.
  case token
  case sqlite
  case etcd

  /// Whether the cluster's data is there.
  public var isWhole: Bool { self == .sqlite || self == .etcd }
}
