import Testing

@testable import WorkerDeployment

@Suite("Pieces of sentences")
struct WordingTests {
  @Test(
    "a list says how many there are, and its verb agrees with it",
    arguments: [
      (["a"], "a runs"), (["a", "b"], "a and b run"), (["a", "b", "c"], "a, b and c run"),
      (["a", "b", "c", "d", "e", "f", "g"], "a, b, c, d, e and 2 more run"),
    ])
  func list(items: [String], said: String) {
    #expect(Wording.list(items, "runs", "run") == said)
  }
}
