import Testing

@testable import TaskModel

struct TaskIDTests {
  @Test(arguments: ["a", "Z", "0", "block-17", "a.b_c-d", "1..2", String(repeating: "x", count: 128)])
  func takes(_ text: String) { #expect(TaskID(text)?.text == text) }

  @Test(arguments: [
    "", "-a", ".a", "_a", "a/b", "a b", "a\n", "\0", "ä", "a:b", "../a", "a%2f", "é", "１",
    String(repeating: "x", count: 129),
  ])
  func refuses(_ text: String) { #expect(TaskID(text) == nil) }

  @Test func combiningCharactersDoNotSlipIn() { #expect(TaskID("a\u{301}") == nil) }

  @Test func statesHaveNamesThatLeadBack() {
    for state in TaskState.allCases { #expect(TaskState(name: state.name) == state) }
    #expect(TaskState(name: "Done") == nil)
    #expect(TaskState.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6], "stored: never renumber")
    #expect(TaskState.allCases.filter(\.isFinal) == [.done, .failed, .cancelled])
  }
}
