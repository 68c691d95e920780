/// The least that machines need, in bytes and cores: the guide's, below which is warned, and k3s's own, below which nothing runs.
/// Memory and disks have a tenth less than they were sold with, as kernels and file systems keep some.
enum Minimums {
  /// 4 GB.
  static let guideMemory: Int64 = 3_600_000_000
  /// 2 GB.
  static let serverMemory: Int64 = 1_800_000_000
  /// 512 MB.
  static let agentMemory: Int64 = 460_000_000
  static let guideCores = 2
  static let serverCores = 2
  /// 10 GB.
  static let guideDisk: Int64 = 9_000_000_000
  /// 25 GB.
  static let provisionerDisk: Int64 = 22_500_000_000
  /// What k3s needs beside what the bundle brings, for its database, logs and unpacked programs.
  static let spareDisk: Int64 = 500_000_000
  /// The same where k3s runs already.
  static let spareDiskLater: Int64 = 100_000_000
  /// Files that may be made; images have tens of thousands.
  static let freeFiles: Int64 = 20_000
}
