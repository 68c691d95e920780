/// One thing that happens while YAML is read.
enum YAMLEvent {
  case documentStart
  case documentEnd
  case alias(String)
  case scalar(String, tag: String?, isPlain: Bool, anchor: String?)
  case sequenceStart(anchor: String?)
  case sequenceEnd
  case mappingStart(anchor: String?)
  case mappingEnd
  case end
}
