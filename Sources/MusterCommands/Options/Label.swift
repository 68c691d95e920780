import ArgumentParser

/// `KEY=VALUE`
struct Label {
  let key: String
  let value: String

  init(_ text: String) throws {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw ValidationError("The label '\(text)' is not of the form KEY=VALUE.")
    }
    key = String(text[..<equals])
    value = String(text[text.index(after: equals)...])
  }

  static func all(_ texts: [String]) throws -> [String: String] {
    var labels: [String: String] = [:]
    for text in texts {
      let label = try Label(text)
      labels[label.key] = label.value
    }
    return labels
  }
}
