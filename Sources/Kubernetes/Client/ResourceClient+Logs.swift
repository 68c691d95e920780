import MusterCore
import NIOCore

extension ResourceClient {
  /// What a pod's container wrote, as it was written.
  ///
  /// - Parameter name: of the pod.
  /// - Throws: ``KubernetesError`` while it is read: `refused` when there is no such pod or container, or when it has
  ///   not started yet; `deadline` when a log that is not followed stands still for longer than
  ///   ``ClientBehaviour/idleLimit``.
  public func logBytes(_ name: String, _ options: LogOptions = LogOptions()) -> ResourceStream<ByteBuffer> {
    ResourceStream(capacity: 4) { give in
      var call = try call(.get, "read", name: name, subresource: "log", query: options.query)
      call.subject = "the log of \(word) '\(name)'\(place)"
      // A Status comes as JSON whatever is asked for.
      call.request.headers = [("Accept", "*/*")]
      let body = try await client.open(call).body
      guard !options.follow else {
        for try await piece in body { try await give(piece) }
        return
      }
      try await Deadline.pass(
        body, idle: client.behaviour.idleLimit, time: client.time, doing: call.words, to: give)
    }
  }

  /// What a pod's container wrote, line by line, without the ends of lines. Bytes that are no UTF-8 are replaced.
  ///
  /// - Parameter longestLine: bytes; a longer line comes in parts.
  /// - Throws: as ``logBytes(_:_:)``.
  public func logs(
    _ name: String, _ options: LogOptions = LogOptions(), longestLine: Int = 1 << 20
  ) -> ResourceStream<String> {
    let bytes = logBytes(name, options)
    return ResourceStream(capacity: 256) { give in
      var splitter = FrameSplitter(limit: max(longestLine, 1), excess: .split)
      for try await piece in bytes {
        splitter.push(piece)
        while let line = try splitter.next() { try await give(String(buffer: line)) }
      }
      if let rest = splitter.rest() { try await give(String(buffer: rest)) }
    }
  }
}
