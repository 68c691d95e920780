import ArgumentParser
import Logging
import Testing

@testable import MusterCommands

@Suite struct ParsingTests {
  private func parse<Command: ParsableCommand>(_ arguments: [String], as type: Command.Type) throws -> Command {
    try #require(try Muster.parseAsRoot(arguments) as? Command)
  }

  @Test func everyCommandHasHelpAndAnAbstract() async {
    for path in ParsingTests.commands {
      let printed = await muster(path + ["--help"])
      #expect(printed.status == 0)
      #expect(printed.results.contains("USAGE: muster \(path.joined(separator: " "))"))
      #expect(printed.results.hasPrefix("OVERVIEW: "))
      #expect(printed.messages.isEmpty)
    }
  }

  static let commands: [[String]] = [
    ["submit"], ["run"], ["up"], ["version"], ["config", "show"], ["coordinator", "run"], ["coordinator", "status"],
    ["worker", "list"], ["worker", "show"], ["worker", "drain"], ["worker", "resume"], ["worker", "run"],
    ["kind", "list"], ["kind", "check"], ["task", "list"], ["task", "show"], ["task", "why"], ["task", "logs"],
    ["task", "result"], ["task", "wait"], ["task", "cancel"], ["task", "retry"], ["task", "count"],
  ]

  @Test func up() throws {
    let up = try parse(
      [
        "up", "-c", "m.yaml", "--workers", "0", "--slots", "3", "--state", "s", "--listen", ":1", "--http", "none",
        "--log-format", "json", "--log-level", "debug",
      ], as: Up.self)
    #expect(up.file == "m.yaml")
    #expect(up.workers == 0)
    #expect(up.slots == 3)
    #expect(up.service.state == "s")
    #expect(up.service.listen == ":1")
    #expect(up.service.http == "none")
    #expect(up.log.form == .json)
    #expect(up.log.level == .debug)
  }

  @Test func workerRun() throws {
    let run = try parse(
      [
        "worker", "run", "--coordinator", "h:1", "--kinds", "a,b", "--accept-kinds", "--slots", "2", "--memory", "1GiB",
        "--gpus", "1", "--name", "w", "-c", "w.yaml", "--client-config", "client.yaml",
      ], as: WorkerRun.self)
    #expect(run.coordinator.coordinator == "h:1")
    #expect(run.kindNames == ["a", "b"])
    #expect(run.acceptKinds)
    #expect(run.slots == 2)
    #expect(run.memory == "1GiB")
    #expect(run.gpus == 1)
    #expect(run.name == "w")
    #expect(run.file == "w.yaml")
    #expect(run.clientConfig == "client.yaml")
  }

  @Test func wordsOfAnImageMayBeginWithADash() throws {
    let build = try parse(
      ["image", "build", "--cmd", "worker", "--cmd", "--state=s", "--entrypoint", "-e", "--to", "oci:i"],
      as: ImageBuild.self)
    #expect(build.cmd == ["worker", "--state=s"])
    #expect(build.entrypoint == ["-e"])
    #expect(build.to == "oci:i")
  }

  @Test func batch() throws {
    let run = try parse(
      ["run", "--kind", "k", "--inputs", "i", "--output", "o", "--name", "n", "--retry", "-q", "--slots", "2"],
      as: Run.self)
    #expect(run.inputs == "i")
    #expect(run.results == "o")
    #expect(run.name == "n")
    #expect(run.retry)
    #expect(run.quiet)
    #expect(run.task.slots == 2)
  }

  @Test(arguments: [
    (["submit", "--kind", "k"], "Give the input with --input TEXT"),
    (["submit", "--input", "x"], "--kind"),
    (["submit", "--kind", "a/b", "--input", "x"], "The kind 'a/b' is not 1 to 128 characters"),
    (["submit", "--kind", "k", "--input", "x", "--input-file", "f"], "not with both"),
    (["submit", "--kind", "k", "--input", "x", "--id", "x y"], "The id 'x y' is not"),
    (["submit", "--kind", "k", "--input", "x", "--priority", "1001"], "from -1000 to 1000"),
    (["submit", "--kind", "k", "--input", "x", "--label", "novalue"], "not of the form KEY=VALUE"),
    (["submit", "--kind", "k", "--input", "x", "--memory", "lots"], "'lots' is not a size"),
    (["submit", "--kind", "k", "--input", "x", "--deadline", "soon"], "'soon' is neither a time from now"),
    (["submit", "--kind", "k", "--input", "x", "--slots", "0"], "from 1 to 65535"),
    (["task", "list", "--state", "sleeping"], "There is no state 'sleeping'"),
    (["task", "list", "--limit", "0"], "from 1 to 1000000"),
    (["task", "list", "--output", "xml"], "'xml' is invalid for '--output <form>'"),
    (["task", "logs", "a", "--attempt", "0"], "counted from 1"),
    (["task", "wait"], "Missing expected argument '<ids> ...'"),
    (["task", "wait", "a", "--timeout", "x"], "'x' is not a duration"),
    (["up", "--workers", "1001"], "from 0 to 1000"),
    (["worker", "run", "--name", "a b"], "--name 'a b' is not"),
    (["worker", "run", "--kinds", "a,/"], "The kind '/' is not"),
    (["run", "--kind", "k", "--inputs", "i", "--output", "o", "--name", ""], "--name is empty"),
    (["nonsense"], "Unexpected argument 'nonsense'"),
  ])
  func refusesInOneLine(arguments: [String], part: String) async {
    let printed = await muster(arguments)
    #expect(printed.status == 64)
    #expect(printed.results.isEmpty)
    #expect(printed.messages.contains(part), "\(printed.messages)")
    #expect(printed.messages.hasPrefix("error: "))
    #expect(printed.messages.split(separator: "\n").count == 1, "\(printed.messages)")
    #expect(printed.messages.contains("--help"))
  }

  @Test func refusesInJSON() async {
    let printed = await muster("task", "list", "--limit", "0", "--output", "json")
    #expect(printed.status == 64)
    #expect(printed.error?["code"] as? String == "usage")
  }

  @Test func prefersTheOptionToTheVariable() throws {
    let context = CommandContext(environment: ["MUSTER_COORDINATOR": "env:1"])
    try CommandContext.$current.withValue(context) {
      var options = try CoordinatorOptions.parse([])
      #expect(try options.addresses.map(\.description) == ["env:1"])
      options = try CoordinatorOptions.parse(["--coordinator", "flag:2,other"])
      #expect(try options.addresses.map(\.description) == ["flag:2", "other:50055"])
    }
    try CommandContext.$current.withValue(CommandContext(environment: [:])) {
      let options = try CoordinatorOptions.parse([])
      #expect(try options.addresses.map(\.description) == ["127.0.0.1:50055"])
    }
  }

  @Test func namesTheVariableThatIsWrong() async {
    let printed = await muster("task", "list", environment: ["MUSTER_COORDINATOR": "a:b:c"])
    #expect(printed.status == 1)
    #expect(printed.messages.hasPrefix("error: MUSTER_COORDINATOR: 'a:b:c' has more than one colon"))
  }

  @Test func version() async throws {
    #expect(await muster("--version").results.hasPrefix("muster 0."))
    #expect(await muster("version").results.hasPrefix("muster 0."))
    let json = await muster("version", "--output", "json").object
    #expect(json?["protocol_lowest"] as? Int == 1)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completion(shell: String) async {
    let printed = await muster("--generate-completion-script", shell)
    #expect(printed.status == 0)
    #expect(printed.results.contains("muster"))
  }
}
