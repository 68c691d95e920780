/// What the sources of a machine can give it of that which it needs.
public struct PackageOffer: Sendable, Hashable {
  public enum Outcome: Sendable, Hashable {
    /// It is there already, under this name.
    case installed(String)
    /// The sources have it under this name, with all that it needs itself.
    case available(String)
    /// They do not; why, as the end of a sentence.
    case absent(why: String)
    /// They could not be asked; why, as the end of a sentence.
    case unknown(why: String)
  }

  private var outcomes: [PackageNeed: Outcome] = [:]
  /// Everything that would be installed, with what is needed for what was asked for, and in which version.
  public private(set) var brings: [String: String] = [:]

  public init() {}

  /// - Parameter why: the same for all.
  init(_ needs: [PackageNeed], unknown why: String) {
    for need in needs { outcomes[need] = .unknown(why: why) }
  }

  init(_ needs: [PackageNeed], _ answer: SourceTrialAnswer) {
    brings = answer.new
    for (number, need) in needs.enumerated() {
      if let name = answer.installed[number], need.names.contains(name) {
        outcomes[need] = .installed(name)
      } else if let name = answer.found[number], need.names.contains(name) {
        if answer.changed.isEmpty {
          outcomes[need] = .available(name)
        } else {
          // Reset could not bring the older version back.
          outcomes[need] = .absent(
            why:
              "\(name) would change what is installed (\(CheckWords.list(answer.changed))); bring the system up to date first"
          )
        }
      } else {
        outcomes[need] = .absent(why: Self.why(answer))
      }
    }
  }

  private static func why(_ answer: SourceTrialAnswer) -> String {
    if let why = SourceComplaint.why(answer.complaints) { return why }
    return answer.hasNone ? "it has none" : "the sources answer and do not have it"
  }

  /// Whether something is known of a need.
  func names(_ need: PackageNeed) -> Bool { outcomes[need] != nil }

  /// What came of a need; one that was not asked for is unknown.
  public subscript(need: PackageNeed) -> Outcome { outcomes[need] ?? .unknown(why: "they were not asked") }
}
