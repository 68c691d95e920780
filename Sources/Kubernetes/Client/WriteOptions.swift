/// How an object is created, replaced or patched.
public struct WriteOptions: Sendable, Hashable {
  /// The server checks and answers, and keeps nothing.
  public var isDryRun: Bool
  /// Who changes the fields, as `managedFields` then says; nil: the server takes the user agent.
  public var manager: String?
  /// `Strict`, `Warn` or `Ignore`, for fields that the kind does not have. Servers before 1.25 ignore it.
  public var fieldValidation: String?

  public init(isDryRun: Bool = false, manager: String? = nil, fieldValidation: String? = nil) {
    self.isDryRun = isDryRun
    self.manager = manager
    self.fieldValidation = fieldValidation
  }

  var query: [(name: String, value: String)] {
    var query: [(name: String, value: String)] = []
    if isDryRun { query.append(("dryRun", "All")) }
    if let manager { query.append(("fieldManager", manager)) }
    if let fieldValidation { query.append(("fieldValidation", fieldValidation)) }
    return query
  }
}
