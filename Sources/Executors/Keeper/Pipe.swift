import CKeeper

/// A pipe from a program to the runner: reading never waits, writing does, as programs expect.
struct Pipe: Sendable {
  let reading: Int32
  let writing: Int32

  init() throws(FileFailure) {
    var ends: [Int32] = [-1, -1]
    let error = muster_pipe(&ends)
    guard error == 0 else { throw FileFailure("pipe", error) }
    reading = ends[0]
    writing = ends[1]
  }

  func close() {
    closeDescriptor(reading)
    closeDescriptor(writing)
  }
}
