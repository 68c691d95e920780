/// How an object is applied (server-side apply).
public struct ApplyOptions: Sendable, Hashable {
  /// Who owns the fields of the object from now on; keep it the same for the life of the program.
  public var manager: String
  /// Takes fields away from other managers, where the server would else refuse with a conflict.
  public var force: Bool
  /// The server checks and answers, and keeps nothing.
  public var isDryRun: Bool
  /// `Strict`, `Warn` or `Ignore`, for fields that the kind does not have. Servers before 1.25 ignore it.
  public var fieldValidation: String?

  public init(manager: String, force: Bool = false, isDryRun: Bool = false, fieldValidation: String? = nil) {
    self.manager = manager
    self.force = force
    self.isDryRun = isDryRun
    self.fieldValidation = fieldValidation
  }

  var query: [(name: String, value: String)] {
    var query = WriteOptions(isDryRun: isDryRun, manager: manager, fieldValidation: fieldValidation).query
    if force { query.append(("force", "true")) }
    return query
  }
}
