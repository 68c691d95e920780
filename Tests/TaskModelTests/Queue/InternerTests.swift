import Testing

@testable import TaskModel

struct InternerTests {
  @Test func equalValuesShareAnIndexUntilTheLastHolderLetsGo() {
    var interner = Interner<String>()
    let held = [interner.hold("a"), interner.hold("a"), interner.hold("b")]
    #expect(held == [0, 0, 1])
    interner.release(0)
    #expect(interner[0] == "a")
    interner.release(0)
    #expect(interner[0] == nil)
    let again = interner.hold("c")
    #expect(again == 0, "an index that no one holds is used again")
    #expect(interner[1] == "b")
  }

  @Test func refusesWhatItHasNoIndexForAndGoesOn() {
    var interner = Interner<Int>()
    let held = (0..<Int(UInt16.max)).map { interner.hold($0) }
    #expect(held == (0..<UInt16.max).map { $0 })
    #expect(interner.isFull(for: -1) && !interner.isFull(for: 5))
    let refused = interner.hold(-1)
    let known = interner.hold(5)
    #expect(refused == nil && known == 5, "what is held already can be held again")
    interner.release(7)
    let reused = interner.hold(-1)
    #expect(reused == 7)
  }
}
