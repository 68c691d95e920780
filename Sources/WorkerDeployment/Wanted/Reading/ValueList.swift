/// The values that are lists of texts; only the file has them.
enum ValueList: String, CaseIterable, Sendable {
  case imageFiles = "image.files"
  case imagePrograms = "image.programs"

  /// What a list looks like, for messages.
  var example: String {
    switch self {
    case .imageFiles: "[./keys:/opt/keys]"
    case .imagePrograms: "[./prove:/opt/bin/prove]"
    }
  }
}
