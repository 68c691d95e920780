import ArgumentParser
import CoordinatorAPI
import MusterCore
import Terminal

/// `muster identity list`
struct IdentityList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the workers, people and programs that have joined, and who was revoked.")

  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let subjects = try await coordinator.trusted { trust, _ in try await trust.listSubjects(.init()).subjects }
    try output.output.render(
      subjects.map { SubjectView($0) }, table: Self.table(subjects, now: SystemTime().timestamp()),
      ids: subjects.map(\.name))
  }

  static func table(_ subjects: [Muster_V1_Subject], now: Timestamp) -> Table {
    var table = Table(
      [Column("NAME", shrinks: false), "ROLE", "NAMESPACE", "KINDS", "STATE", "UNTIL", "TOKEN"],
      whenEmpty: "nobody has joined; make a token with 'muster token create'")
    for subject in subjects {
      let isGood = subject.expiresUnixMs > now.milliseconds
      let state = isGood ? "good" : subject.revokedUnixMs > 0 ? "revoked" : "expired"
      table.add([
        Cell(subject.name), Cell(subject.role), Cell(subject.namespace), Cell(subject.kinds.joined(separator: ",")),
        Cell(state, style: isGood ? .good : .attention),
        Cell(subject.expiresUnixMs == 0 ? "" : TimeWords.utc(Timestamp(milliseconds: subject.expiresUnixMs))),
        Cell(subject.tokenID),
      ])
    }
    return table
  }
}
