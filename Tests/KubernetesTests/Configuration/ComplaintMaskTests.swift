import Foundation
import SeededDice
import Testing

@testable import Kubernetes

@Suite struct ComplaintMaskTests {
  private static let long = "k9Qw3eRt5yUi7oPa1sDf"

  @Test(
    "What looks like a secret is hidden, and the sentence around it stays",
    arguments: [
      ("please log in at https://login.example/start", "please log in at https://login.example/start"),
      ("the token has expired", "the token has expired"), ("no such secret: none", "no such secret: [hidden]"),
      ("Authorization: Bearer abc", "Authorization: Bearer [hidden]"), ("bearer a!b, then", "bearer [hidden], then"),
      ("Authorization: Basic bWU6cA==", "Authorization: Basic [hidden]=="), ("--token abc1 -v", "--token [hidden] -v"),
      ("token=!x$y&user=me", "token=[hidden]&user=me"), ("password: 'a b'", "password: '[hidden] b'"),
      (#"{"access_token": "abc","x":1}"#, #"{"access_token": "[hidden]","x":1}"#),
      (#"{\"id_token\":\"abc\"}"#, #"{\"id_token\":\"[hidden]\"}"#),
      ("got eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln today", "got [hidden] today"),
      ("key \(long)= is bad", "key [hidden]= is bad"), ("x/+_-\(long)", "[hidden]"),
      ("\(String(repeating: "abCd", count: 8))!", "[hidden]!"), ("token", "token"), ("", ""), ("token: ", "token: "),
      ("Bearer Bearer é", "Bearer Bearer [hidden]"),
    ])
  func masked(_ text: String, _ expected: String) {
    #expect(ComplaintMask.masked(text) == expected)
  }

  @Test("Whatever is printed, it ends, and a long word with digits is never there")
  func fuzz() {
    var mutator = Dice(seed: 5)
    for _ in 0..<3000 {
      let bytes = mutator.damaged("Bearer abc token: x, \"a\": 'b' = é", marks: " :=\"'\\,&!abtoken.\u{7f}")
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!ComplaintMask.masked(text + " \(Self.long) " + text).contains(Self.long))
    }
  }
}
