/// What a tar archive says of one file, folder or link.
struct TarEntry: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    /// Its bytes follow.
    case file
    case directory
    case symbolicLink(target: String)
    /// Another name of a file that came before.
    case hardLink(target: String)
    case characterDevice(major: UInt32, minor: UInt32)
    case blockDevice(major: UInt32, minor: UInt32)
    case pipe
  }

  /// As in the archive: not checked; see ``ArchivePolicy``.
  var path: String
  var kind: Kind
  /// Permissions, set-user-id, set-group-id and sticky bit: 12 bits.
  var mode: UInt16
  var user: UInt32 = 0
  var group: UInt32 = 0
  /// Seconds since 1970.
  var modified: Int64 = 0
  /// Bytes; 0 unless it is a file.
  var size: Int64 = 0
  /// By full name, as `security.capability`.
  var extendedAttributes: [String: [UInt8]] = [:]
}
