/// Tells by its first bytes whether a file can be what its name says: a page of a proxy that was saved as an archive is not.
enum ArtifactHead {
  /// What is wrong, as "is no …"; nil: nothing is.
  static func problem(_ path: String, _ head: [UInt8]) -> String? {
    func begins(_ bytes: [UInt8]) -> Bool { head.starts(with: bytes) }
    if path.hasSuffix(".gz") || path.hasSuffix(".tgz") { return begins([0x1F, 0x8B]) ? nil : "is no gzip file" }
    if path.hasSuffix(".zst") { return begins([0x28, 0xB5, 0x2F, 0xFD]) ? nil : "is no zstd file" }
    if path.hasSuffix(".deb") { return begins(Array("!<arch>\n".utf8)) ? nil : "is no Debian package" }
    if path.hasSuffix(".rpm") { return begins([0xED, 0xAB, 0xEE, 0xDB]) ? nil : "is no RPM package" }
    if path.hasSuffix(".asc") { return begins(Array("-----BEGIN PGP PUBLIC KEY".utf8)) ? nil : "is no public key" }
    if path.hasSuffix(".tar") {
      return head.count == 512 && head[257..<262].elementsEqual("ustar".utf8) ? nil : "is no tar archive"
    }
    return nil
  }
}
