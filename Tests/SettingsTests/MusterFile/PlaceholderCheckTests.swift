import Testing

@testable import Settings

@Suite struct PlaceholderCheckTests {
  @Test(arguments: [
    ("{input}", ["input"]), ("a{input}b{task.id}", ["input", "task.id"]), ("{{input}}", []), ("{\"x\": 1}", []),
    ("{print $1}", []), ("{}", []), ("{{{input}}}", []), ("{input", []), ("{task_id}", ["task_id"]),
    ("{{input}", ["input"]),
  ])
  func findsWhatStandsInBraces(word: String, names: [String]) {
    #expect(PlaceholderCheck.braced(in: word) == names)
  }

  @Test(arguments: [
    ("executor: [a, '{inptu}']", "executor: there is no placeholder {inptu}; did you mean {input}?"),
    ("executor: [a, '{task_id}']", "executor: there is no placeholder {task_id}; did you mean {task.id}?"),
    ("executor: [a, '{INPUT}']", "executor: there is no placeholder {INPUT}; did you mean {input}?"),
    ("executor: [a, '{vk}']", "executor: {vk} is used, but the kind has no verification key; add vk: PATH"),
    (
      "executor: [a, '{result}']",
      "executor: {result} is known only to verifiers; an executor writes its result to {output}"
    ),
    (
      "executor: [a, '{nothing}']",
      "executor: there is no placeholder {nothing}; known here are {attempt}, {dir}, {input}, {output}, {slot}, "
        + "{task.id}. Write {{nothing}} for the text {nothing}, or name a file of your own under placeholders:"
    ),
    ("stages: [[a], [b, '{outptu}']]", "stages[1]: there is no placeholder {outptu}; did you mean {output}?"),
    ("verifier: [a, '{output}']", "verifier: {output} is known only to executors, not to verifiers"),
    ("verifier: [a, '{resutl}']", "verifier: there is no placeholder {resutl}; did you mean {result}?"),
    (
      "placeholders: {srs: a}\n    executor: [a, '{sr}']",
      "executor: there is no placeholder {sr}; did you mean {srs}?"
    ),
  ])
  func anUnknownPlaceholderIsSaid(body: String, message: String) throws {
    let said = try problems("kinds:\n  a:\n    \(body)")
    #expect(said.map { $0.drop { $0 != " " } } == [" kinds.a.\(message)"])
  }

  @Test func otherBracesAreText() throws {
    let words = ["{\"x\": 1}", "{print $1}", "{A-Z}", "{{input}}", "{HOSTNAME}", "x{1}"]
    let settings = try coordinator("kinds:\n  a: {executor: [a, \(words.map { "'\($0)'" }.joined(separator: ", "))]}")
    #expect(settings.kinds.first?.stages == [["a"] + words])
  }
}
