/// Decides single values: flag before variable before file. What is wrong goes to the problems, and counts as not given.
struct ValueReader {
  let input: WorkerValuesInput
  let file: ValuesFile
  let problems: ValueProblems

  /// - Throws: ``WorkerDeploymentError`` if the values file is none.
  init(_ input: WorkerValuesInput) throws(WorkerDeploymentError) {
    self.input = input
    problems = ValueProblems()
    file = if let given = input.file { try ValuesFile(given, problems) } else { ValuesFile() }
  }

  /// The text that counts; nil: nobody gave one.
  func text(_ key: ValueKey) -> Located<String>? {
    if let text = input.flags[key.rawValue] { return Located(text, .flag(key.flag)) }
    if let name = key.variable, let text = input.variable(name) { return Located(text, .variable(name)) }
    return file.texts[key.rawValue]
  }

  /// The value that counts; nil: nobody gave one, or it is wrong, which is reported.
  func value<Value>(_ key: ValueKey, _ parse: (String) throws(BadText) -> Value) -> Located<Value>? {
    guard let text = text(key) else { return nil }
    return parsed(text, key.rawValue, parse)
  }

  func parsed<Value>(
    _ text: Located<String>, _ name: String, _ parse: (String) throws(BadText) -> Value
  ) -> Located<Value>? {
    do {
      return Located(try parse(text.value), text.source)
    } catch {
      problems.add(text.source, name, error.text)
      return nil
    }
  }

  /// The entries of a map by their names; a flag's beats that of the file.
  func entries(_ map: ValueMap) -> [String: Located<String>] {
    let prefix = "\(map.rawValue)."
    var entries: [String: Located<String>] = [:]
    for (name, text) in file.texts where name.hasPrefix(prefix) {
      entries[String(name.dropFirst(prefix.count))] = text
    }
    for (name, text) in input.flags where name.hasPrefix(prefix) {
      entries[String(name.dropFirst(prefix.count))] = Located(text, .flag(map.flag))
    }
    return entries
  }

  /// The path that counts: of the values file's, seen from its folder; else from the working directory.
  func path(_ text: Located<String>) -> String {
    guard case .file(let name, _) = text.source, !text.value.hasPrefix("/"), let slash = name.lastIndex(of: "/") else {
      return text.value
    }
    return "\(name[...slash])\(text.value)"
  }

  /// What stands in the file that a value names; nil: nobody named one, or it cannot be used, which is reported.
  ///
  /// - Parameter largest: in bytes.
  func contents(_ key: ValueKey, largest: Int) -> Located<String>? {
    guard let text = text(key) else { return nil }
    let path = path(text)
    func fault(_ reason: String) {
      problems.add(text.source, key.rawValue, "the file \(BadText.quoted(path)) cannot be used: \(reason)")
    }
    if path.isEmpty || path.utf8.contains(0) {
      problems.add(text.source, key.rawValue, "\(BadText.quoted(path)) is no path of a file")
      return nil
    }
    switch input.reader.read(path, largest) {
    case .unreadable(let reason): fault(reason)
    case .bytes(let bytes) where bytes.count > largest: fault("it has over \(largest >> 10) KiB")
    case .bytes(let bytes):
      if let contents = String(validating: bytes, as: UTF8.self) { return Located(contents, text.source) }
      fault("it is not UTF-8 text")
    }
    return nil
  }
}
