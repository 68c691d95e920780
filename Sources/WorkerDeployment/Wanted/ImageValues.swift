/// What the workers' image is made of: the `image` section of the values file, without where it goes.
public struct ImageValues: Sendable, Hashable {
  /// An image of the user's own, as `registry.example/team/worker:1.2`, with or without a digest. Nil: one is built.
  public var own: String?
  /// What is built stands on it, as `registry.example/base:1`, `oci:DIR[:TAG]` or `docker-archive:FILE`. Nil: on nothing.
  public var base: String?
  /// What executors need, in the order of the file.
  public var files: [ImageFile] = []
  /// Programs that bring their shared libraries, in the order of the file.
  public var programs: [ImageFile] = []

  public init() {}
}
