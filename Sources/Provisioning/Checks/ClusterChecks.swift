import Inventory

/// Checks of all machines together.
struct ClusterChecks {
  private(set) var results: [CheckResult] = []

  init(_ input: CheckInput) {
    var findings = Findings(.cluster)
    Self.servers(input, &findings)
    Self.token(input, &findings)
    if let bundle = input.bundle { Self.bundle(bundle, &findings) }
    results = findings.results
  }

  private static func servers(_ input: CheckInput, _ findings: inout Findings) {
    let servers = input.machines.filter(\.isServer).map(\.name)
    switch servers.count {
    case 0:
      findings.problem(
        .servers, "no machine runs the control plane",
        cure: "put one machine, or three, into the group 'driver' or 'server'")
    case 1: findings.ok(.servers, "one server, \(servers[0]); the cluster stands still while it is away")
    case let count where count % 2 == 0:
      findings.problem(
        .servers,
        "there are \(count) servers, \(CheckWords.list(servers)); an even number survives no more losses than one less",
        cure: "have \(count - 1) or \(count + 1) of them")
    default:
      findings.ok(.servers, "\(servers.count) servers, of which \(servers.count / 2) may be away")
    }
  }

  private static func token(_ input: CheckInput, _ findings: inout Findings) {
    let nodes = input.machines.filter(\.isNode)
    let tokens = nodes.compactMap { $0.settings.token }
    guard let first = tokens.first else { return findings.ok(.token, "one is made") }
    let others = nodes.filter { $0.settings.token != first }.map(\.name)
    guard !others.isEmpty else { return findings.ok(.token, "all machines have the same") }
    findings.problem(
      .token, "the token of \(CheckWords.list(others)) is another one than that of the other machines, or is not set",
      cure: "set convect_token once for all, in [all:vars]")
  }

  private static func bundle(_ bundle: BundleSummary, _ findings: inout Findings) {
    for problem in bundle.problems {
      findings.problem(.bundle, problem, cure: "complete the folder \(bundle.folder), and check again")
    }
    findings.okUnlessFound(.bundle, "\(bundle.folder) has everything that the machines need")
  }
}
