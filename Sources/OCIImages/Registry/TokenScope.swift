/// What a token is asked for: actions on one repository.
///
/// Source of the format: the token scope documentation of the distribution project.
struct TokenScope: Sendable, Hashable, Comparable, CustomStringConvertible {
  enum Access: Int, Sendable, Comparable {
    case pull, push, delete

    static func < (a: Access, b: Access) -> Bool { a.rawValue < b.rawValue }
  }

  let repository: String
  let access: Access

  init(_ repository: String, _ access: Access) {
    self.repository = repository
    self.access = access
  }

  var description: String {
    switch access {
    case .pull: "repository:\(repository):pull"
    case .push: "repository:\(repository):pull,push"
    case .delete: "repository:\(repository):delete,pull"
    }
  }

  static func < (a: TokenScope, b: TokenScope) -> Bool { (a.repository, a.access) < (b.repository, b.access) }
}
