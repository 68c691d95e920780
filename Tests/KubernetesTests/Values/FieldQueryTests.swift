import SeededDice
import Testing

@testable import Kubernetes

@Suite struct FieldQueryTests {
  @Test(
    "The text form is read and printed as on the API server",
    arguments: [
      ("", ""), ("metadata.name=a", "metadata.name=a"), ("metadata.name==a", "metadata.name=a"),
      ("metadata.name!=a", "metadata.name!=a"), ("a=b,c!=d", "a=b,c!=d"), (#"a=b\,c"#, #"a=b\,c"#),
      (#"a=b\=c"#, #"a=b\=c"#), (#"a=b\\c"#, #"a=b\\c"#), ("a=", "a="), ("a=b,", "a=b"), (",a=b", "a=b"),
    ])
  func parses(_ text: String, _ printed: String) throws {
    #expect(try FieldQuery(text).description == printed)
  }

  @Test("What is no selector is refused", arguments: ["a", #"a=b\x"#, "a=b=c", "a!=b!=c", #"a=b\"#, "=b"])
  func refuses(_ text: String) {
    #expect(throws: KubernetesError.self) { try FieldQuery(text) }
  }

  @Test("A value may hold whatever it likes")
  func escapes() throws {
    let query = FieldQuery([.init("spec.nodeName", #"a,b=c\d"#), .init("status.phase", isEqual: false, "Running")])
    #expect(query.description == #"spec.nodeName=a\,b\=c\\d,status.phase!=Running"#)
    #expect(try FieldQuery(query.description) == query)
    #expect(FieldQuery.name("web").description == "metadata.name=web")
  }

  @Test("Damaged selectors are refused, or print what is read back as the same")
  func fuzz() throws {
    var mutator = Dice(seed: 4)
    for _ in 0..<20_000 {
      let bytes = mutator.damaged(#"metadata.name=a,b!=c\,d"#, marks: #"ab=!,\"#)
      guard let query = try? FieldQuery(String(decoding: bytes, as: UTF8.self)) else { continue }
      #expect(try FieldQuery(query.description) == query)
    }
  }
}
