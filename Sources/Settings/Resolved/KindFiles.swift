import TaskModel

/// Warns of programs and files that are not there: better at the start than with the first task. No more than a warning,
/// since a file may appear later.
enum KindFiles {
  /// - Parameter programs: argvs that this process will run, by the key under which they stand.
  static func warnMissing(_ kind: KindEntry, programs: [String: [[String]]], _ problems: ProblemList) {
    let name = "kinds.\(kind.definition.name)"
    for (key, argvs) in programs.sorted(by: { $0.key < $1.key }) {
      for argv in argvs {
        if let program = argv.first, program.hasPrefix("/"), !FileBytes.exists(program) {
          problems.warn(kind.given[key] ?? kind.source, "\(name).\(key)", "there is no program \(program)")
        }
        let used = Set(argv.flatMap { PlaceholderCheck.braced(in: $0) })
        for (placeholder, path) in kind.definition.placeholders.sorted(by: { $0.key < $1.key })
        where used.contains(placeholder) && !FileBytes.exists(path) {
          let key = placeholder == "vk" ? "vk" : "placeholders"
          problems.warn(kind.given[key] ?? kind.source, "\(name).\(key)", "there is no file \(path)")
        }
      }
    }
  }
}
