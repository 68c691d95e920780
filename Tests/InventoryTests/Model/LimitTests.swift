import Inventory
import Testing

@Suite struct LimitTests {
  @Test("a file, a line, hosts, groups and variables have bounds, and going over one is one sentence")
  func bounds() {
    #expect(problems(String(repeating: "#", count: 5 << 20)).count == 1)
    #expect(problems("h a=" + String(repeating: "x", count: 70_000)).count == 1)
    #expect(problems((0..<3).map { "w\($0)-[1:9999]\n" }.joined()).count == 1)
    #expect(problems((0..<2001).map { "[g\($0)]\n" }.joined()).count == 1)
    #expect(problems("[p:children]\n" + (0..<2001).map { "g\($0)\n" }.joined()).count == 1)
    let many = (0..<60).map { "v\($0)=1" }.joined(separator: " ")
    #expect(problems("w[1:19999] \(many)\n").count == 1)
    let shared = "[g:vars]\n" + (0..<300).map { "v\($0)=1\n" }.joined() + "[g]\nw[1:19999]\n"
    #expect(problems(shared).count == 1)
  }

  @Test("so many hosts as an inventory may have are read")
  func many() throws {
    let read = try inventory("[g]\nw[1:20000]\n[g:vars]\nx=1\n")
    #expect(read.hosts.count == 20_000)
    #expect(variables(read, "w20000") == #"{"x":1}"#)
  }
}
