import NIOCore
import Testing

@testable import Kubernetes

@Suite struct JSONSlicerTests {
  /// The text behind some bytes that were read already, as an answer often stands in its buffer.
  private func buffer(_ text: String) -> ByteBuffer {
    var buffer = ByteBuffer(string: "read" + text)
    buffer.moveReaderIndex(forwardBy: 4)
    return buffer
  }

  @Test("Members and elements are found with the bytes that they stand in")
  func parts() throws {
    let text = #" { "a" : [1, {"x": "]}"}] , "b\"c":"d\\", "é": nu ,"a":-1.5} rest"#
    let members = try JSONSlicer.members(of: buffer(text))
    #expect(members.map(\.name) == ["a", #"b\"c"#, "é", "a"])
    #expect(members.map { String(buffer: $0.value) } == [#"[1, {"x": "]}"}]"#, #""d\\""#, "nu", "-1.5"])
    let elements = try JSONSlicer.elements(of: buffer(#"[{"a":[]}, [ ] ,"\"", 3]"#))
    #expect(elements.map { String(buffer: $0) } == [#"{"a":[]}"#, "[ ]", #""\"""#, "3"])
    #expect(try JSONSlicer.members(of: buffer("{ }")).isEmpty && JSONSlicer.elements(of: buffer("[ ]")).isEmpty)
  }

  @Test(
    "What is cut short or something else is a bad answer",
    arguments: [
      "", " ", "3", "{", "[", #"{"a"#, #"{"a""#, #"{"a":"#, #"{"a":1"#, #"{"a":1,"#, "{1:2}", "[1", "[1,", "[,]",
      #"["\"#, "[1 2]",
    ])
  func malformed(_ text: String) {
    for read in [{ _ = try JSONSlicer.members(of: $0) }, { _ = try JSONSlicer.elements(of: $0) }]
      as [(ByteBuffer) throws -> Void]
    {
      let error = #expect(throws: KubernetesError.self) { try read(buffer(text)) }
      #expect(error?.code == .badAnswer)
    }
  }
}
