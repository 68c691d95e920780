/// What somebody may do at a coordinator.
public enum Role: String, Sendable, Hashable, CaseIterable, Codable {
  /// Take tasks under his own name, and bring their results.
  case worker
  /// Hand in tasks, and follow, cancel and retry those of his own namespace.
  case submit
  /// See everything, and change nothing.
  case read
  /// Everything, tokens and revocations too.
  case admin

  /// Workers have names of their own; a person may be called like one.
  public var group: SubjectGroup { self == .worker ? .worker : .user }
}

/// Who shares one set of names.
public enum SubjectGroup: String, Sendable, Hashable, Codable {
  case worker
  /// People and programs.
  case user
}
