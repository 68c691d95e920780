/// A GPU of NVIDIA's.
public struct GPUDevice: Sendable, Hashable {
  /// Its place on the PCI bus, or its device file where there is no bus to see.
  public var place: String
  /// NVIDIA's number for the sort of GPU, `0x20b0`; empty if it is not known.
  public var device: String
}
