/// What a ``FaultyProxy`` does to a request.
enum ProxyFault: Sendable {
  /// Answers itself, with a Status of this reason; the API server is not asked.
  case refuse(Int, String, retryAfter: Int? = nil)
  /// Answers 200 itself, with an error as the only event.
  case errorEvent(Int, String)
  /// Lets the API server carry the request out, and closes the connection in place of an answer.
  case swallow
  /// Passes so many bytes of the answer's body on, the last of them in half a chunk, and closes the connection.
  case cut(after: Int)
  /// Passes so many bytes of the answer's body on, and ends it as if that were all.
  case truncate(after: Int)
}
