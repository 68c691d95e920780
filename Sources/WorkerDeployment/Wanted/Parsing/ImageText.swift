import OCIImages

/// The forms of what is said about images.
enum ImageText {
  /// `IMAGE_HOST` and `IMAGE_HOST_ALIAS`: a host, and a port if it needs one.
  static func host(_ text: String) throws(BadText) -> String {
    if text.contains("://") || text.contains("/") {
      throw BadText(
        "\(BadText.quoted(text)) is not a host alone; write registry.example or registry.example:5000, and the path in IMAGE_REPO"
      )
    }
    do throws(OCIError) {
      return try ImageReference(registry: text, repository: "any").registry
    } catch {
      throw BadText(
        "\(BadText.quoted(text)) is no host of a registry; write registry.example or registry.example:5000")
    }
  }

  /// `IMAGE_REPO`: a path, perhaps with the host before it.
  ///
  /// - Parameter isHostInside: whether a first part that looks like a host is one. If another host is given it is a part of
  ///   the path, as the original had it.
  static func repository(_ text: String, isHostInside: Bool) throws(BadText) -> (host: String?, path: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    var host: String?
    var path = text
    if isHostInside, let first = parts.first, looksLikeHost(first) {
      guard parts.count == 2 else {
        throw BadText(
          "\(BadText.quoted(text)) is a host without a repository; write it as \(BadText.shown(text))/team/prover-cluster"
        )
      }
      host = try self.host(String(first))
      path = String(parts[1])
    }
    if path.split(separator: "/", omittingEmptySubsequences: false).last?.contains(where: { ":@".contains($0) }) == true
    {
      throw BadText("\(BadText.quoted(text)) has a tag or a digest; leave it out: the tag is client-STAGE")
    }
    do throws(OCIError) {
      _ = try ImageReference(registry: host ?? "registry.example", repository: path)
    } catch {
      throw BadText(
        "\(BadText.quoted(text)) is no repository; write small letters and digits, with '.', '_' or '-' between them and '/' between parts"
      )
    }
    return (host, path)
  }

  /// The rule of all container tools: the first part is a host if it has a dot or a colon, or is `localhost`.
  static func looksLikeHost(_ part: some StringProtocol) -> Bool {
    part == "localhost" || part.contains { $0 == "." || $0 == ":" }
  }

  /// An image of the user's own, in a registry.
  static func own(_ text: String) throws(BadText) -> ImageReference {
    do throws(OCIError) { return try ImageReference(text) } catch { throw BadText(error.message) }
  }

  static func base(_ text: String) throws(BadText) -> ImageLocation {
    do throws(OCIError) { return try ImageLocation(text) } catch { throw BadText(error.message) }
  }

  /// `SOURCE:PATH[:MODE]`.
  ///
  /// - Parameter needsPath: false for a program, which may go where it is here.
  static func file(_ text: String, needsPath: Bool) throws(BadText) -> ImageFile {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= (needsPath ? 2 : 1), parts.count <= 3,
      parts.allSatisfy({ !$0.isEmpty && !$0.utf8.contains(0) })
    else {
      throw BadText("\(BadText.quoted(text)) is not SOURCE:PATH or SOURCE:PATH:MODE, as ./prove:/opt/bin/prove:755")
    }
    let path = parts.count > 1 ? parts[1] : parts[0]
    guard path.hasPrefix("/") else {
      throw BadText("\(BadText.quoted(text)) goes to \(BadText.quoted(path)), which is not absolute; begin it with '/'")
    }
    guard !path.split(separator: "/").contains("..") else {
      throw BadText("\(BadText.quoted(text)) goes to a path with '..'; write where it leads")
    }
    guard parts.count == 3 else { return ImageFile(source: parts[0], path: path) }
    guard let mode = UInt16(parts[2], radix: 8), mode <= 0o7777, parts[2].utf8.allSatisfy({ $0 >= 0x30 }) else {
      throw BadText("\(BadText.quoted(text)) has the mode \(BadText.quoted(parts[2])); write it as 755")
    }
    return ImageFile(source: parts[0], path: path, mode: mode)
  }
}
