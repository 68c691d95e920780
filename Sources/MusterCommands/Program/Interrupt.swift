import Dispatch

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A request from outside to stop.
enum Interrupt: Sendable {
  /// Ctrl-C.
  case keyboard
  /// SIGTERM.
  case termination
  /// SIGHUP: the terminal has gone, or, for a daemon, read the configuration again.
  case hangup

  /// The process's signals, for as long as somebody listens; meanwhile they do not end the process by themselves.
  static func ofThisProcess() -> AsyncStream<Interrupt> {
    AsyncStream { continuation in
      let sources = [(SIGINT, Interrupt.keyboard), (SIGTERM, .termination), (SIGHUP, .hangup)].map {
        number, interrupt in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { continuation.yield(interrupt) }
        source.resume()
        return Source(source: source, number: number)
      }
      continuation.onTermination = { _ in
        for source in sources { source.close() }
      }
    }
  }

  /// Dispatch's sources may be used from any thread; its protocol does not say so in Swift's terms.
  private struct Source: @unchecked Sendable {
    let source: any DispatchSourceSignal
    let number: Int32

    func close() {
      source.cancel()
      signal(number, SIG_DFL)
    }
  }
}
