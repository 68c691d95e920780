import MusterCore

/// The versions of Muster's protocol that a program speaks, both ends included.
public struct ProtocolVersions: Sendable, Hashable, CustomStringConvertible {
  public let lowest: UInt32
  public let highest: UInt32

  /// What this build speaks.
  public static let own = ProtocolVersions(lowest: 1, highest: 1)

  public init(lowest: UInt32, highest: UInt32) {
    self.lowest = lowest
    self.highest = highest
  }

  public init(_ message: Muster_V1_ProtocolRange) { self.init(lowest: message.lowest, highest: message.highest) }

  /// For a greeting.
  public var message: Muster_V1_ProtocolRange {
    .with {
      $0.lowest = lowest
      $0.highest = highest
    }
  }

  /// The newest version that both speak; nil when there is none.
  public func common(with other: ProtocolVersions) -> UInt32? {
    let newest = min(highest, other.highest)
    return newest >= max(lowest, other.lowest) ? newest : nil
  }

  public var description: String { lowest == highest ? "version \(lowest)" : "versions \(lowest) to \(highest)" }

  /// The newest version that this program and the peer both speak.
  ///
  /// - Parameters:
  ///   - peer: who, in the words of the message: "the coordinator at 127.0.0.1:50055".
  ///   - build: the peer's release, as its greeting gives it.
  /// - Throws: ``APIError`` (`protocol_mismatch`), one sentence that names both ranges and which side to upgrade.
  public func agree(with other: ProtocolVersions, peer: String, build: String) throws(APIError) -> UInt32 {
    if let version = common(with: other) { return version }
    let cure =
      other.lowest > highest
      ? "upgrade this program to the peer's release" : "upgrade the peer to this program's release"
    throw APIError(
      .protocolMismatch,
      "\(peer) (muster \(build)) speaks \(other) of the protocol and this program (muster \(MusterBuild.version)) "
        + "speaks \(self): \(cure)",
      details: ["peer": "\(other.lowest)-\(other.highest)", "own": "\(lowest)-\(highest)", "peer_build": build])
  }
}
