import Synchronization

/// All the doors of a coordinator.
final class Doors: Sendable {
  private let doors = Mutex<[Door]>([])

  var all: [Door] { doors.withLock { $0 } }

  func add(_ door: Door) { doors.withLock { $0.append(door) } }
}
