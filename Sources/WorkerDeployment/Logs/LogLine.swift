/// A line that a worker wrote.
public struct LogLine: Sendable, Hashable {
  public var pod: String
  public var text: String

  public init(pod: String, text: String) {
    self.pod = pod
    self.text = text
  }
}
