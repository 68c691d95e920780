import OCIImages

/// A workers' image that was built, and is not yet delivered as far as is known.
///
/// It lies in a temporary folder until ``discard()``, or until the last copy of this value has gone.
public struct PreparedImage: Sendable {
  let built: BuiltImage
  let reference: ImageReference
  /// As images and Kubernetes call it: `amd64`.
  public let architecture: String

  /// Under which nodes are to pull it.
  public var digest: Digest { built.descriptor.digest }

  /// What a registry has where it is to go.
  public enum Delivery: Sendable, Hashable {
    /// This very image.
    case delivered
    /// Another image under its tag, which delivering would move.
    case other(Digest)
    case missing
  }

  private var tag: String { reference.tag ?? ImageReference.defaultTag }

  /// Looks, and sends nothing of it.
  ///
  /// - Throws: `OCIError`.
  public func delivery(at client: RegistryClient) async throws -> Delivery {
    guard let there = try await client.repository(reference).describe(.tag(tag)) else { return .missing }
    return there.digest == digest ? .delivered : .other(there.digest)
  }

  /// Sends what the registry does not have; nothing if it is there already. Can be repeated, also after a failure.
  ///
  /// - Parameter progress: whole pictures of how far it is, a few a second; none if nothing is sent.
  /// - Throws: `OCIError`; `CancellationError`.
  @discardableResult
  public func deliver(
    to client: RegistryClient, progress: @escaping @Sendable (CopyProgress) -> Void = { _ in }
  ) async throws -> Digest {
    if try await delivery(at: client) == .delivered { return digest }
    let copy = ImageCopy(from: built, .digest(digest), to: client.repository(reference), tag: tag)
    async let shown: Void = Self.show(copy.progress, progress)
    do {
      let sent = try await copy.run()
      await shown
      return sent.digest
    } catch {
      await shown
      throw error
    }
  }

  /// Removes what was built; no copy of this value can deliver any more.
  public func discard() { built.discard() }

  private static func show(_ progress: AsyncStream<CopyProgress>, _ tell: @Sendable (CopyProgress) -> Void) async {
    for await state in progress { tell(state) }
  }
}
