import MusterCore
import OCIImages

/// Takes a delivered image out of its registry, if it is Muster's and nothing else of the registry is the same image.
public struct ImageRemoval: Sendable {
  /// What is to become of it.
  public enum Verdict: Sendable, Hashable {
    case remove
    /// The registry does not have it any more.
    case gone
    /// Why, without a full stop: `its tag leads to another image now`.
    case stays(String)
  }

  /// Tags of a repository that are looked at.
  static let mostTags = 1000

  private let image: DeliveredImage
  private let repository: RegistryRepository

  public init(_ image: DeliveredImage, at client: RegistryClient) {
    self.image = image
    repository = client.repository(image.reference)
  }

  /// Looks, and changes nothing. A registry that cannot be asked is a reason to stay.
  ///
  /// - Throws: `CancellationError`.
  public func verdict() async throws -> Verdict {
    do {
      return try await look()
    } catch let error as OCIError {
      try Task.checkCancellation()
      return error.code == .notFound ? .gone : .stays(error.message)
    }
  }

  private func look() async throws -> Verdict {
    guard let there = try await repository.describe(.tag(image.tag)) else { return .gone }
    guard there.digest == image.digest else {
      return .stays("its tag leads to another image now, \(there.digest), that somebody else has delivered")
    }
    let found = try await ImageInspection(repository, .digest(image.digest))
    let label = WorkerNames.imageLabel
    guard found.configuration?.process.labels[label.key] == label.value else {
      return .stays("it has no label \(label.key)=\(label.value), so Muster has not built it")
    }
    let tags = try await repository.tags().filter { $0 != image.tag }
    guard tags.count <= Self.mostTags else {
      return .stays("its repository has more than \(Self.mostTags) other tags, any of which may be the same image")
    }
    for tag in tags.sorted() where try await leads(tag) {
      return .stays("the tag '\(tag)' of its repository is the same image")
    }
    return .remove
  }

  /// Whether a tag is this image, or an index with it.
  private func leads(_ tag: String) async throws -> Bool {
    guard let there = try await repository.describe(.tag(tag)) else { return false }
    if there.digest == image.digest { return true }
    guard there.mediaType.isIndex, let index = try await ImageInspection(repository, .digest(there.digest)).index else {
      return false
    }
    return index.manifests.contains { $0.digest == image.digest }
  }

  /// Looks once more, and deletes it by its digest.
  ///
  /// - Returns: nil: it is gone; else why it stays, and how it is deleted: a sentence.
  /// - Throws: `CancellationError`.
  public func remove() async throws -> String? {
    let why: String
    switch try await verdict() {
    case .gone: return nil
    case .stays(let reason): why = reason
    case .remove:
      do {
        try await repository.delete(.digest(image.digest))
        return nil
      } catch let error as OCIError {
        try Task.checkCancellation()
        why = error.message
      }
    }
    return Self.sentence(image, why)
  }

  /// Says that an image stays, why, and what deletes it.
  static func sentence(_ image: DeliveredImage, _ why: String) -> String {
    let reference = image.reference
    return "the image \(image.name) stays in its registry: \(why); where deleting is allowed, 'DELETE "
      + "/v2/\(reference.repository)/manifests/\(image.digest)' at \(reference.registry) deletes it"
  }
}
