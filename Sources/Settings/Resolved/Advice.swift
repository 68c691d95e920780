/// The lines that are missing in `muster.yaml` beside an original file, ready to copy.
struct Advice {
  let path: String
  /// Kinds that lack a key.
  let lines: [String]
  /// That key: `verifier`, `prove` or `executor`.
  let isKey: String
  let file: MusterFile?

  /// Empty if nothing is missing.
  var text: String {
    if lines.isEmpty { return "" }
    var yaml = ["kinds:"]
    for name in lines {
      if file?.hasKindList == true {
        yaml += ["  - name: \(name)", "    \(program(name))"]
      } else {
        yaml += ["  \(name):", "    \(program(name))"]
      }
    }
    return (["Add these lines to \(path)\(existing):"] + yaml).joined(separator: "\n")
  }

  private var existing: String {
    guard let file else { return "" }
    return file.kinds.isEmpty ? "" : " (below the kinds: that it has)"
  }

  private func program(_ name: String) -> String {
    switch isKey {
    case "verifier": "verifier: [./verify-\(name), \"{input}\", \"{result}\", \"{vk}\"]  # exit 0 valid, 1 invalid"
    case "prove": "prove: [./prove-\(name), \"{dir}/witness.wtns\", \"{output}\"]"
    default: "executor: [./prove-\(name), \"{input}\", \"{output}\"]"
    }
  }
}
