import MusterCore

/// What went wrong with a container image, or between a program and a registry.
public struct OCIError: CodedError {
  /// Which error it is. Compare with the constants; more may come.
  public struct Code: Sendable, Hashable {
    private enum Name: String {
      case badReference = "bad_image_reference"
      case badDigest = "bad_digest"
      case badImage = "bad_image"
      case badArchive = "bad_archive"
      case badRecipe = "bad_image_recipe"
      case file = "image_file"
      case notFound = "image_not_found"
      case credentials = "registry_credentials"
      case refused = "registry_refused"
      case unreachable = "registry_unreachable"
      case untrusted = "registry_untrusted"
      case badAnswer = "bad_registry_answer"
      case unsupported = "image_unsupported"
    }
    private let name: Name

    /// A text is no name of an image.
    public static let badReference = Code(name: .badReference)
    /// A text is no digest, or bytes are not those of their digest.
    public static let badDigest = Code(name: .badDigest)
    /// A manifest, index or configuration is not well formed, or its parts do not fit together.
    public static let badImage = Code(name: .badImage)
    /// A tar archive is damaged, or wants out of its folder.
    public static let badArchive = Code(name: .badArchive)
    /// What was asked to be built makes no sense.
    public static let badRecipe = Code(name: .badRecipe)
    /// A file or folder of this machine cannot be read or written.
    public static let file = Code(name: .file)
    /// There is no such image, tag or blob.
    public static let notFound = Code(name: .notFound)
    /// A user name, password or token is missing or was not accepted, or a helper gave none.
    public static let credentials = Code(name: .credentials)
    /// The registry answered with an error.
    public static let refused = Code(name: .refused)
    public static let unreachable = Code(name: .unreachable)
    /// The registry's certificate is not one that is trusted.
    public static let untrusted = Code(name: .untrusted)
    /// What the registry sent is not what the protocol promises.
    public static let badAnswer = Code(name: .badAnswer)
    /// A form that exists and that this library does not handle.
    public static let unsupported = Code(name: .unsupported)

    var text: String { name.rawValue }
  }

  public let code: Code
  public let message: String
  public let details: [String: String]
  public let cause: (any Error)?
  public var codeName: String { code.text }

  public init(_ code: Code, _ message: String, details: [String: String] = [:], cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.details = details
    self.cause = cause
  }
}
