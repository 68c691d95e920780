// The C library inside Yams. Yams' own reader makes nodes of everything first and writes aliases out, which a file of a few
// lines can make endless; the events below it are bounded here, and they know their lines.
internal import CYaml

/// One thing that happens while YAML is read.
enum YamlEvent {
  case documentStart
  case alias(String)
  case scalar(String, tag: String?, isPlain: Bool, anchor: String?)
  case listStart(tag: String?, anchor: String?)
  case listEnd
  case mapStart(tag: String?, anchor: String?)
  case mapEnd
  case end
}

/// Reads YAML one event after the other.
final class YamlEvents {
  private var parser = yaml_parser_t()
  private let text: UnsafeMutableBufferPointer<UInt8>
  private var isOver = false
  /// Where the last event began, counted from 1.
  private(set) var line = 1

  /// - Parameter bytes: UTF-8.
  init(_ bytes: [UInt8]) {
    text = .allocate(capacity: max(bytes.count, 1))
    _ = text.initialize(from: bytes)
    yaml_parser_initialize(&parser)
    yaml_parser_set_input_string(&parser, text.baseAddress, bytes.count)
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
  }

  deinit {
    yaml_parser_delete(&parser)
    text.deallocate()
  }

  /// The next event; `end` again and again once it is over.
  func next() throws(YamlFault) -> YamlEvent {
    while !isOver {
      var event = yaml_event_t()
      guard yaml_parser_parse(&parser, &event) == 1 else {
        isOver = true
        throw fault()
      }
      defer { yaml_event_delete(&event) }
      line = Int(event.start_mark.line) + 1
      if let event = translated(event) { return event }
    }
    return .end
  }

  private func translated(_ event: yaml_event_t) -> YamlEvent? {
    switch event.type {
    case YAML_STREAM_START_EVENT, YAML_DOCUMENT_END_EVENT: return nil
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_ALIAS_EVENT: return .alias(Self.text(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return .scalar(
        String(decoding: bytes, as: UTF8.self), tag: Self.text(scalar.tag),
        isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE, anchor: Self.text(scalar.anchor))
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      return .listStart(tag: Self.text(start.tag), anchor: Self.text(start.anchor))
    case YAML_SEQUENCE_END_EVENT: return .listEnd
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      return .mapStart(tag: Self.text(start.tag), anchor: Self.text(start.anchor))
    case YAML_MAPPING_END_EVENT: return .mapEnd
    default:
      isOver = true
      return .end
    }
  }

  private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  /// libyaml's reasons are constants of its own: nothing of the text is in them.
  private func fault() -> YamlFault {
    if parser.error == YAML_READER_ERROR {
      let before = text.prefix(Int(parser.problem_offset)).count { $0 == 0x0A }
      return YamlFault(line: before + 1, reason: "this is not text that YAML allows; save the file as UTF-8")
    }
    let reason = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
    return YamlFault(
      line: Int(parser.problem_mark.line) + 1,
      reason: "this is not valid YAML: \(reason); check the indentation, quotes and brackets here and just above")
  }
}
