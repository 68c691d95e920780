/// Which operating systems Muster makes clusters of.
enum SystemSupport {
  static let text = "Ubuntu 16.04 or later, Debian 11 or later, and RHEL 8 or later and what is made from it"

  /// What kind of supported system it is; nil if it is none.
  static func of(_ system: SystemRelease) -> String? {
    let numbers = system.numbers
    guard let major = numbers.first else { return nil }
    switch system.id {
    case "ubuntu": return major >= 16 && (major > 16 || numbers.dropFirst().first ?? 0 >= 4) ? "supported" : nil
    case "debian", "raspbian": return major >= 11 ? "supported" : nil
    case "rhel", "centos", "rocky", "almalinux", "ol": return major >= 8 ? "supported" : nil
    default:
      // Others that are made from RHEL have its numbers; those that are made from Debian or Ubuntu have their own.
      let isLikeRHEL = system.like.contains("rhel") && !["fedora", "amzn"].contains(system.id)
      return isLikeRHEL && (8..<20).contains(major) ? "like RHEL \(major)" : nil
    }
  }
}
