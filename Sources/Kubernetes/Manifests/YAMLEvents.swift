// The C library inside Yams. Yams' own reader makes nodes of everything first, resolves them by regular expressions, and
// hashes keys that are themselves collections, which an alias bomb makes endless; the events below it are bounded here.
internal import CYaml

/// Reads YAML one event after the other.
final class YAMLEvents {
  private var parser = yaml_parser_t()
  private let text: UnsafeMutableBufferPointer<UInt8>
  private var isStarted = false
  private var isOver = false
  /// Where the last event began, counted from 1.
  private(set) var line = 1

  /// - Parameter bytes: UTF-8, or UTF-16 with a mark at its beginning.
  init(_ bytes: some Collection<UInt8>) {
    text = .allocate(capacity: max(bytes.count, 1))
    _ = text.initialize(from: bytes)
    yaml_parser_initialize(&parser)
    yaml_parser_set_input_string(&parser, text.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(&parser)
    text.deallocate()
  }

  /// The next event; `end` again and again once it is over.
  func next() throws(YAMLFault) -> YAMLEvent {
    while true {
      if isOver { return .end }
      var event = yaml_event_t()
      guard yaml_parser_parse(&parser, &event) == 1 else {
        isOver = true
        throw fault()
      }
      defer { yaml_event_delete(&event) }
      line = Int(event.start_mark.line) + 1
      switch event.type {
      case YAML_STREAM_START_EVENT: continue
      case YAML_DOCUMENT_START_EVENT: return .documentStart
      case YAML_DOCUMENT_END_EVENT: return .documentEnd
      case YAML_ALIAS_EVENT: return .alias(Self.text(event.data.alias.anchor) ?? "")
      case YAML_SCALAR_EVENT: return scalar(event)
      case YAML_SEQUENCE_START_EVENT: return .sequenceStart(anchor: Self.text(event.data.sequence_start.anchor))
      case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
      case YAML_MAPPING_START_EVENT: return .mappingStart(anchor: Self.text(event.data.mapping_start.anchor))
      case YAML_MAPPING_END_EVENT: return .mappingEnd
      default:
        isOver = true
        return .end
      }
    }
  }

  private func scalar(_ event: yaml_event_t) -> YAMLEvent {
    let scalar = event.data.scalar
    let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
    return .scalar(
      String(decoding: bytes, as: UTF8.self), tag: Self.text(scalar.tag),
      isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE, anchor: Self.text(scalar.anchor))
  }

  private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  /// libyaml's reasons are constants of its own: nothing of the text is in them.
  private func fault() -> YAMLFault {
    if parser.error == YAML_READER_ERROR {
      let before = text.prefix(Int(parser.problem_offset)).count { $0 == 0x0A }
      return YAMLFault(reason: "it is not UTF-8", line: before + 1)
    }
    let reason = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
    return YAMLFault(reason: reason, line: Int(parser.problem_mark.line) + 1)
  }
}
