import MusterCore
import Testing

@Suite("What a mistyped name was meant to be")
struct ClosestNameTests {
  @Test(
    "few edits are forgiven, case is none, and two neighbours that changed places are one",
    arguments: [
      ("replcias", "replicas"), ("REPLICAS", "replicas"), ("images", "image"), ("imgae", "image"), ("gpu", "gpus"),
    ])
  func meant(_ typed: String, _ name: String) {
    #expect(ClosestName.of(typed, among: ["replicas", "image", "gpus"]) == name)
  }

  @Test("what is too far from all, is none of them", arguments: ["", "colour", "rep"])
  func none(_ typed: String) {
    #expect(ClosestName.of(typed, among: ["replicas", "image", "memory"]) == nil)
  }

  @Test("of equals the first by the alphabet, whatever their order")
  func equals() {
    #expect(ClosestName.of("port", among: ["sort", "fort"]) == "fort")
    #expect(ClosestName.of("port", among: []) == nil)
  }
}
