import NIOCore
import SeededDice
import Testing

@testable import Kubernetes

@Suite("Frames of a watch")
struct FrameSplitterTests {
  @Test("frames are the same, however the stream is cut into pieces")
  func pieces() throws {
    var random = Dice(seed: 1)
    for _ in 0..<300 {
      let lines = (0..<Int.random(in: 0...12, using: &random)).map { index in
        "\(index):" + String(repeating: "é", count: Int.random(in: 0...40, using: &random))
      }
      var rest = lines.map { $0 + "\n" }.joined().utf8[...]
      var splitter = FrameSplitter(limit: 1000)
      var found: [String] = []
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...30, using: &random))
        rest = rest.dropFirst(piece.count)
        splitter.push(ByteBuffer(bytes: piece))
        while let frame = try splitter.next() { found.append(String(buffer: frame)) }
      }
      #expect(found == lines)
      #expect(splitter.rest() == nil)
    }
  }

  @Test("a frame over the limit is an error, before its end has come")
  func limit() throws {
    var splitter = FrameSplitter(limit: 10)
    splitter.push(ByteBuffer(string: "0123456789"))
    #expect(try splitter.next() == nil)
    splitter.push(ByteBuffer(string: "x"))
    #expect(throws: KubernetesError.self) { try splitter.next() }
    var whole = FrameSplitter(limit: 10)
    whole.push(ByteBuffer(string: "01234567890\n"))
    #expect(throws: KubernetesError.self) { try whole.next() }
  }

  @Test("lines of a log that are too long are cut, and nothing of them is lost")
  func split() throws {
    var random = Dice(seed: 2)
    let text = (0..<200).map { _ in String(repeating: "a", count: Int.random(in: 0...50, using: &random)) }
    var splitter = FrameSplitter(limit: 7, excess: .split)
    var rest = text.joined(separator: "\n").utf8[...]
    var found = ""
    while !rest.isEmpty {
      splitter.push(ByteBuffer(bytes: rest.prefix(13)))
      rest = rest.dropFirst(13)
      while let line = try splitter.next() {
        #expect(line.readableBytes <= 7)
        found += String(buffer: line)
      }
    }
    found += splitter.rest().map { String(buffer: $0) } ?? ""
    #expect(found == text.joined())
  }

  @Test("a frame is taken apart as it is written by servers, and also if a proxy has written it anew")
  func frames() throws {
    let quick = try WatchFrame(ByteBuffer(string: #"{"type":"ADDED","object":{"a":"}\"{"}}"#))
    #expect(quick.type == "ADDED" && String(buffer: quick.object) == #"{"a":"}\"{"}"#)
    let slow = try WatchFrame(ByteBuffer(string: #" { "object" : {"a": 1.5}, "type" : "MODIFIED", "x": [] } "#))
    #expect(slow.type == "MODIFIED" && String(buffer: slow.object) == #"{"a":1.5}"#)
    for text in ["", "x", "{}", "[]", #"{"type":"ADDED"}"#, #"{"type":1,"object":{}}"#, #"{"object":{}}"#] {
      #expect(throws: KubernetesError.self) { try WatchFrame(ByteBuffer(string: text)) }
    }
  }

  @Test("whatever a server sends becomes a frame or an error")
  func fuzz() {
    var random = Dice(seed: 3)
    let seeds = [
      Thing.event("ADDED", Thing.json("a", version: 4)), Thing.event("ERROR", #"{"kind":"Status","code":410}"#),
      #" {"object":{"metadata":{}}, "type":"BOOKMARK"}"#,
    ]
    for round in 0..<6000 {
      let bytes = random.damaged(Array(seeds[round % seeds.count].utf8))
      do {
        let frame = try WatchFrame(ByteBuffer(bytes: bytes))
        #expect(frame.object.readableBytes <= bytes.count * 6)
        _ = try? Thing.decode(frame.object)
      } catch {
        #expect((error as? KubernetesError)?.code == .badAnswer)
      }
    }
  }

  @Test("whatever a server sends as a list becomes a list or an error")
  func fuzzLists() {
    var random = Dice(seed: 4)
    let seed = Thing.list([Thing.json("a", version: 1), Thing.json("b", version: 2)], version: 9, token: "x")
    for _ in 0..<4000 {
      let json = ByteBuffer(bytes: random.damaged(seed))
      do {
        _ = try ListReader<Thing>(json, resource: Thing.resource, isFirst: true, doing: "list things").list()
      } catch {
        #expect((error as? KubernetesError)?.code == .badAnswer)
      }
    }
  }
}
