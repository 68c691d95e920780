import CoordinatorAPI
import MusterCore
import TaskModel
import Testing

@testable import Worker

@Suite("The worker's configuration")
struct WorkerConfigurationTests {
  private func problem(
    needsStages: Bool = true, _ change: (inout WorkerConfiguration) -> Void
  ) -> String? {
    var configuration = WorkerConfiguration(name: "w", kinds: [.sample])
    change(&configuration)
    do {
      _ = try configuration.checked(build: "1", needsStages: needsStages)
      return nil
    } catch {
      #expect(error.code == .badConfiguration)
      return error.message
    }
  }

  @Test("each thing that makes no sense is one sentence with its cure")
  func problems() {
    #expect(problem { _ in } == nil)
    #expect(problem { $0.name = "a b" }?.hasPrefix("The worker's name 'a b' is not 1 to 128 characters") == true)
    #expect(problem { $0.addresses = [] } == "No coordinator is named; give one with --coordinator HOST:PORT.")
    #expect(problem { $0.slots = 0 } == "A worker cannot have 0 slots; give 1 to 65535 with --slots.")
    #expect(problem { $0.gpus = [1, 1] }?.contains("[1, 1]") == true)
    #expect(problem { $0.kindNames = ["k", "x"] }?.contains("no executor for kind x") == true)
    #expect(problem { $0.kinds = [] }?.contains("has no kinds to serve") == true)
    let empty = KindDefinition(name: "e")
    #expect(problem { $0.kinds = [empty] }?.contains("Kind e has no executor here") == true)
    #expect(problem(needsStages: false) { $0.kinds = [empty] } == nil)
  }

  @Test("named kinds restrict what is served; those without a definition are taken from the coordinator when allowed")
  func kinds() throws {
    var configuration = WorkerConfiguration(
      name: "w", kinds: [.sample, KindDefinition(name: "other", stages: [["x"]])], kindNames: ["k", "theirs"],
      acceptsKinds: true)
    let settings = try configuration.checked(build: "1", needsStages: true)
    #expect(settings.kinds.map(\.name) == ["k"])
    #expect(settings.acceptedKinds == ["theirs"])
    configuration.kindNames = []
    let all = try configuration.checked(build: "1", needsStages: true)
    #expect(all.kinds.map(\.name) == ["k", "other"])
  }

  @Test(
    "the default name is the host's, made safe, with a suffix of chance", arguments: ["node7.lan", "ü n-1_x", "", "-"])
  func defaultName(host: String) {
    let name = WorkerConfiguration.defaultName(host: host)
    #expect(TaskID(name) != nil, "\(name)")
    #expect(name != WorkerConfiguration.defaultName(host: host))
    if host.hasPrefix("node7") { #expect(name.hasPrefix("node7-")) }
  }
}
