/// What the API server says when it does not let a pod be made, taken apart. What is not understood is quoted.
///
/// Sources: the admission plugins of Kubernetes 1.20 (quota, limit ranger, service account, priority, runtime class,
/// PodSecurityPolicy) and 1.25 (PodSecurity).
enum PodRefusal: Sendable, Hashable {
  case quota(name: String, requested: String, used: String, limited: String)
  /// What a quota wants each pod to say.
  case quotaDemands(name: String, what: String)
  case podSecurity(level: String, violations: String)
  case podSecurityPolicy(String)
  case noServiceAccount(String)
  case noPriorityClass(String)
  case noRuntimeClass(String)
  case limitRange(String)
  case webhook(name: String, String)
  case other(String)

  init(_ message: String) {
    var text = Wording.cleaned(message, limit: 2000)
    if let creating = text.after("Error creating: ") { text = creating }
    // `pods "prover-cli-t-5698bc7974-nlgjl" is forbidden: …`: the name is one of many and says nothing.
    if let rest = text.after(" is forbidden: ") { text = rest }
    if let rest = text.after("exceeded quota: "), let name = rest.before(", requested: "),
      let requested = rest.between(", requested: ", ", used: "), let used = rest.between(", used: ", ", limited: "),
      let limited = rest.after(", limited: ")
    {
      self = .quota(name: name, requested: requested, used: used, limited: limited)
    } else if let rest = text.after("failed quota: "), let name = rest.before(": must specify "),
      let what = rest.after(": must specify ")
    {
      // Newer servers add for which containers: `limits.cpu for: client`.
      self = .quotaDemands(name: name, what: what.before(" for: ") ?? what)
    } else if let rest = text.after("violates PodSecurity \""), let level = rest.before("\""),
      let violations = rest.after("\": ")
    {
      self = .podSecurity(level: level, violations: Wording.cleaned(violations, limit: 400))
    } else if text.contains("PodSecurityPolicy: ") || text.contains("pod security policy") {
      self = .podSecurityPolicy(Wording.cleaned(text))
    } else if text.contains("service account "), let name = text.between("serviceaccount \"", "\" not found") {
      self = .noServiceAccount(name)
    } else if let name = text.between("no PriorityClass with name ", " was found") {
      self = .noPriorityClass(name)
    } else if let name = text.between("RuntimeClass \"", "\" not found") {
      self = .noRuntimeClass(name)
    } else if text.hasPrefix("minimum ") || text.hasPrefix("maximum ") || text.contains("limit to request ratio") {
      self = .limitRange(Wording.cleaned(text))
    } else if let name = text.between("admission webhook \"", "\""), let words = text.after("denied the request: ") {
      self = .webhook(name: name, Wording.cleaned(words))
    } else {
      self = .other(Wording.cleaned(text))
    }
  }
}
