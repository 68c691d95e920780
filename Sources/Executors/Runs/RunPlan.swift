/// A request made concrete: every placeholder replaced, every string fit for the system. Pure; touches no file.
struct RunPlan {
  let request: ExecutorRequest
  let directory: TaskDirectory
  let grace: Duration
  /// Folders that an isolated program does not see.
  var hidden: [String] = []

  /// - Throws: `Refusal` with a sentence about what is wrong.
  func programs() throws(Refusal) -> [KeeperProgram] {
    guard !request.stages.isEmpty else { throw Refusal("There is no program to run: the list of stages is empty.") }
    let values = try placeholderValues()
    let variables = try environment()
    let searchPath = request.environment["PATH"] ?? KeeperProgram.defaultPath
    var programs: [KeeperProgram] = []
    for (index, stage) in request.stages.enumerated() {
      var argv: [String] = []
      for argument in stage {
        switch Placeholders.substitute(argument, values) {
        case .success(let text): argv.append(text)
        case .failure(let unknown):
          throw Refusal(Placeholders.unknown(unknown.name, in: argument, known: Set(values.keys)))
        }
      }
      guard argv.first?.isEmpty == false else {
        throw Refusal("Stage \(index + 1) names no program: its argv is empty.")
      }
      if let bad = argv.first(where: { $0.utf8.contains(0) }) {
        throw Refusal(
          "Argument '\(bad.prefix(40))' of stage \(index + 1) holds a NUL byte, which no program can receive.")
      }
      programs.append(
        KeeperProgram(
          directory: directory.path, argv: argv, variables: variables, searchPath: searchPath, timeout: nil,
          grace: grace, memoryLimit: request.memoryLimit, sandbox: request.sandbox.mode,
          hidden: request.sandbox.mode == .isolated ? hidden : []))
    }
    return programs
  }

  private func placeholderValues() throws(Refusal) -> [String: String] {
    var values = request.placeholders
    for name in request.extraFiles.keys {
      guard Placeholders.isName(name), name.utf8.contains(where: { $0 != UInt8(ascii: ".") }) else {
        throw Refusal("'\(name)' cannot be the name of an extra file; use letters a to z and dots.")
      }
      guard !Placeholders.own.contains(name) else {
        throw Refusal("'\(name)' cannot be the name of an extra file; the runner itself uses it.")
      }
      values[name] = "\(directory.path)/\(name)"
    }
    values["input"] = directory.input
    values["output"] = directory.output
    values["dir"] = directory.path
    return values
  }

  private func environment() throws(Refusal) -> [String] {
    var variables: [String] = []
    variables.reserveCapacity(request.environment.count + 4)
    var given = request.environment
    // Ours is another user's, or read only: a program that keeps something at home needs one where it can.
    if request.sandbox.mode != .none { given["HOME"] = directory.path }
    for (name, value) in given where !Self.ownVariables.contains(name) {
      guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")), !name.utf8.contains(0), !value.utf8.contains(0)
      else {
        throw Refusal("'\(name)' cannot be a variable of the environment: its name or value holds '=' or a NUL byte.")
      }
      variables.append("\(name)=\(value)")
    }
    variables.append("MUSTER_INPUT=\(directory.input)")
    variables.append("MUSTER_OUTPUT=\(directory.output)")
    variables.append("MUSTER_DIR=\(directory.path)")
    return variables
  }

  /// The keeper adds MUSTER_RUN, by which it finds its processes again.
  private static let ownVariables: Set<String> = ["MUSTER_INPUT", "MUSTER_OUTPUT", "MUSTER_DIR", "MUSTER_RUN"]
}

extension ExecutorRequest {
  /// Whether an argument names the file of the result, which must then be written.
  var namesOutput: Bool {
    stages.contains { $0.contains { Placeholders.names(in: $0).contains("output") } }
  }
}
