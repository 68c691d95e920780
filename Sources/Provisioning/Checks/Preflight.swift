import Inventory

/// Every check that is made before machines become a cluster: a function of what the machines said, which changes nothing.
///
/// All problems are found at once, so that nobody cures one only to be told of the next.
public enum Preflight {
  /// Paths whose file systems are looked at on a machine, beside its work folder.
  static let paths = ["/", "/etc", "/usr/local/bin", "/var/lib/rancher", "/var/lib/kubelet", "/var/lib/muster"]
  /// Kernel modules without which k3s and its network do not run.
  static let modules = ["overlay", "br_netfilter", "vxlan", "nf_conntrack"]

  /// Makes all checks.
  public static func check(_ input: CheckInput) -> CheckTable {
    let survey = Survey(input)
    var results = ClusterChecks(input).results
    var subjects: [CheckSubject] = [.cluster]
    if let provisioner = input.provisioner {
      subjects.append(.provisioner)
      results += ProvisionerChecks(provisioner, survey).results
    }
    for machine in input.machines {
      subjects.append(.machine(machine.name))
      results += MachineChecks.results(of: machine, input, survey)
    }
    return CheckTable(subjects: subjects, results: results)
  }
}
