/// Says in words where a JSON text is not what was expected. Values are never repeated: they may be secrets.
enum JSONComplaint {
  static func text(_ error: any Error) -> String {
    if let error = error as? KubernetesError { return error.message }
    guard let error = error as? DecodingError else { return "it cannot be read" }
    switch error {
    case .keyNotFound(let key, let context): return "'\(path(context.codingPath + [key]))' is missing"
    case .valueNotFound(_, let context): return "'\(path(context.codingPath))' has no value"
    case .typeMismatch(let type, let context): return "'\(path(context.codingPath))' is no \(type)"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty ? "it is not JSON" : "'\(path(context.codingPath))' is not well formed"
    @unknown default: return "it cannot be read"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.isEmpty
      ? "it"
      : keys.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined().drop { $0 == "." }.description
  }
}
