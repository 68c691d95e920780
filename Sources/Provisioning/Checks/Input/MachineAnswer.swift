import RemoteHosts

/// What came of asking a machine for its facts.
public enum MachineAnswer: Sendable {
  case reading(MachineReading)
  /// No root shell on it came about, or it broke.
  case unreachable(RemoteHostError)
  /// It answered something that means nothing.
  case meaningless(ProvisioningError)
}
