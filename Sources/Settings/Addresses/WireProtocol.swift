/// A gRPC service that a listener can serve.
public enum WireProtocol: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Muster's own, streaming.
  case muster
  /// `cluster.Cluster`, wire-compatible with the prover cluster.
  case original

  public static func < (a: WireProtocol, b: WireProtocol) -> Bool { a.rawValue < b.rawValue }
}
