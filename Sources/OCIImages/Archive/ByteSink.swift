/// Takes bytes in order.
protocol ByteSink: AnyObject {
  func write(_ bytes: UnsafeRawBufferPointer) throws(OCIError)
}

extension ByteSink {
  func write(_ bytes: [UInt8]) throws(OCIError) {
    // The pointer is used within this call only; closures cannot throw a typed error here without losing its type.
    var failure: OCIError?
    bytes.withUnsafeBytes { pointer in
      do throws(OCIError) { try write(pointer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Takes all that a source still has.
  func copy(_ source: any ByteSource, _ cancellation: Offload.Cancellation? = nil) throws(OCIError) {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    defer { room.deallocate() }
    while true {
      try cancellation?.check()
      let count = try source.read(into: room)
      if count == 0 { return }
      try write(UnsafeRawBufferPointer(rebasing: room[..<count]))
    }
  }
}
