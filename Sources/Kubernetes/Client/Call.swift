/// A request together with what a person would call it, so that its failure can be told.
struct Call: Sendable {
  var request: APIRequest
  /// As in "refused to create": `create`, `list`, `delete`, …
  var verb: String
  /// As in "deployment 'a' in namespace 'b'".
  var subject: String
  /// Whether carrying it out twice is the same as once.
  var isRepeatable: Bool
  /// Nil: as the client does by default.
  var retries: RetryPolicy?

  init(_ request: APIRequest, verb: String, subject: String, isRepeatable: Bool? = nil) {
    self.request = request
    self.verb = verb
    self.subject = subject
    self.isRepeatable = isRepeatable ?? (request.method == .get)
  }

  /// As in "create deployment 'a' in namespace 'b'".
  var words: String { "\(verb) \(subject)" }
}
