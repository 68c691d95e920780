/// How well an image for one platform runs on another: the higher, the better.
///
/// A processor runs what was made for older ones of its line, so `arm/v6` does on `arm/v7` and `amd64/v2` on `amd64/v3`, and not the other way round.
struct PlatformMatch: Comparable {
  private let isExact: Bool
  private let version: [Int]

  /// Nil if it does not run there.
  init?(_ image: Platform, on machine: Platform) {
    let (image, machine) = (image.normalized, machine.normalized)
    guard image.os == machine.os, image.architecture == machine.architecture else { return nil }
    let (its, most) = (Self.version(image), Self.version(machine))
    version = its ?? []
    isExact = image.variant == machine.variant || (its != nil && its == most)
    if isExact { return }
    if let its, let most {
      guard !most.lexicographicallyPrecedes(its) else { return nil }
    } else if machine.variant != nil {
      return nil
    }
    // Of a line whose variants mean nothing to us, who names none takes any.
  }

  static func < (a: PlatformMatch, b: PlatformMatch) -> Bool {
    a.isExact == b.isExact ? a.version.lexicographicallyPrecedes(b.version) : b.isExact
  }

  /// `[8, 1]` for `v8.1`; nil where variants are no versions.
  private static func version(_ platform: Platform) -> [Int]? {
    guard ["amd64", "arm", "arm64"].contains(platform.architecture), let variant = platform.variant,
      variant.utf8.first == UInt8(ascii: "v")
    else { return nil }
    let parts = variant.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
    var numbers = parts.compactMap { UInt16($0).map(Int.init) }
    guard numbers.count == parts.count else { return nil }
    // `v8.0` is `v8`.
    while numbers.count > 1, numbers.last == 0 { numbers.removeLast() }
    return numbers
  }
}

extension Platform {
  /// Whether an image for this platform runs on another: `linux/arm64` and `linux/arm64/v8` are the same, `linux/arm/v6` runs on `linux/arm/v7`.
  public func satisfies(_ wanted: Platform) -> Bool { PlatformMatch(self, on: wanted) != nil }

  /// With one name for each architecture, and the variant that is meant where none is given.
  ///
  /// Source of the names: OCI image specification, "Image Index", platform variants; what other programs write for them.
  var normalized: Platform {
    let (architecture, meant): (String, String?) =
      switch self.architecture {
      case "x86_64", "x86-64", "amd64": ("amd64", "v1")
      case "aarch64", "arm64": ("arm64", "v8")
      case "armhf": ("arm", "v7")
      case "armel": ("arm", "v6")
      case "arm": ("arm", "v7")
      case "i386": ("386", nil)
      default: (self.architecture, nil)
      }
    var variant = variant?.isEmpty ?? true ? meant : self.variant
    if meant != nil, let number = variant, number.utf8.first.map({ (48...57).contains($0) }) ?? false {
      variant = "v\(number)"
    }
    return Platform(os: os, architecture: architecture, variant: variant)
  }
}
