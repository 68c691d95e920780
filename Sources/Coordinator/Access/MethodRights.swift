import CoordinatorAPI
import GRPCCore
import Trust

/// Which roles may make which call. A method that is not named here may be called by nobody.
///
/// What a submitter may do is bounded further by his namespace, and what a worker may do by his name: each method sees to it.
enum MethodRights {
  enum Rule: Hashable {
    /// Also without a certificate.
    case anybody
    case roles(Set<Role>)
  }

  private static let everyone = Rule.roles(Set(Role.allCases))
  private static let people = Rule.roles([.submit, .read, .admin])
  private static let submitters = Rule.roles([.submit, .admin])
  private static let admins = Rule.roles([.admin])

  private static let rules: [MethodDescriptor: Rule] = [
    Muster_V1_Muster.Method.GetStatus.descriptor: everyone,
    Muster_V1_Muster.Method.Work.descriptor: .roles([.worker]),
    Muster_V1_Muster.Method.SubmitTasks.descriptor: submitters,
    // Who may only read follows, and submits nothing: the method sees to it.
    Muster_V1_Muster.Method.FollowTasks.descriptor: people,
    Muster_V1_Muster.Method.GetTask.descriptor: people,
    Muster_V1_Muster.Method.ListTasks.descriptor: people,
    Muster_V1_Muster.Method.CountTasks.descriptor: people,
    Muster_V1_Muster.Method.CancelTasks.descriptor: submitters,
    Muster_V1_Muster.Method.RetryTasks.descriptor: submitters,
    Muster_V1_Muster.Method.AdoptRows.descriptor: admins,
    Muster_V1_Muster.Method.ReadResult.descriptor: people,
    Muster_V1_Muster.Method.ReadInput.descriptor: people,
    Muster_V1_Muster.Method.ReadLogs.descriptor: people,
    Muster_V1_Muster.Method.ListWorkers.descriptor: people,
    Muster_V1_Muster.Method.DrainWorker.descriptor: admins,
    Muster_V1_Muster.Method.ResumeWorker.descriptor: admins,
    Muster_V1_Muster.Method.ReleaseWorkers.descriptor: admins,
    Muster_V1_Muster.Method.ListKinds.descriptor: people,
    Muster_V1_Muster.Method.GetQueue.descriptor: .roles([.read, .admin]),
    Muster_V1_Trust.Method.Join.descriptor: .anybody,
    Muster_V1_Trust.Method.Renew.descriptor: everyone,
    Muster_V1_Trust.Method.WhoAmI.descriptor: everyone,
    Muster_V1_Trust.Method.CreateToken.descriptor: admins,
    Muster_V1_Trust.Method.ListTokens.descriptor: admins,
    Muster_V1_Trust.Method.RevokeToken.descriptor: admins,
    Muster_V1_Trust.Method.ListSubjects.descriptor: admins,
    Muster_V1_Trust.Method.RevokeSubject.descriptor: admins,
    // On a listener without TLS the original protocol knows no callers, as ever.
    Cluster_Cluster.Method.Register.descriptor: .roles([.worker]),
    Cluster_Cluster.Method.PollTask.descriptor: .roles([.worker]),
    Cluster_Cluster.Method.SubmitProof.descriptor: .roles([.worker]),
  ]

  static func rule(_ method: MethodDescriptor) -> Rule { rules[method] ?? .roles([]) }

  /// Why he may not make the call; nil if he may.
  static func refusal(_ caller: Caller, _ method: MethodDescriptor) -> RPCError? {
    let rule = rule(method)
    if rule == .anybody { return nil }
    switch caller.standing {
    case .trusted: return nil
    case .stranger(_, let sentence): return RPCError(code: .unauthenticated, message: sentence)
    case .known(let identity, _):
      guard case .roles(let roles) = rule, !roles.contains(identity.role) else { return nil }
      let wanted = roles.map(\.rawValue).sorted().joined(separator: " or ")
      return RPCError(
        code: .permissionDenied,
        message:
          "\(identity.words) may not call \(method.method): it takes the role \(wanted.isEmpty ? "of nobody" : wanted); ask an administrator for a token of that role"
      )
    }
  }
}
