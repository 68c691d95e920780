extension APIResponse {
  /// What the server warns of though it did what was asked: deprecated kinds, fields that the kind does not have, pods
  /// that a stricter namespace would refuse.
  ///
  /// At most 100, each one line of at most 1,000 characters. What is not well formed is left out.
  public var warnings: [String] {
    var result: [String] = []
    for header in headers where header.name.lowercased() == "warning" {
      var reader = WarningReader(header.value)
      while result.count < 100, let text = reader.next() { result.append(RefusalSentence.cleaned(text, limit: 1000)) }
    }
    return result
  }
}
