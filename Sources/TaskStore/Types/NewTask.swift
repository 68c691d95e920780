import Crypto
import Foundation
import MusterCore
import TaskModel

/// A task as someone submits it; already checked for form and size.
public struct NewTask: Sendable {
  public var id: TaskID
  public var kind: String
  public var input: Payload
  /// With the kind's own filled in where the submitter asked for nothing.
  public var needs: Needs
  public var priority: Int16
  public var labels: [String: String]
  public var deadline: Timestamp?
  public var dependsOn: [TaskID]
  public var maxAttempts: UInt16
  /// Its message would be over what the original protocol's clients take.
  public var oversize: Bool
  /// See ``identity(kind:input:needs:dependsOn:)``.
  public var identity: Data

  public init(
    id: TaskID, kind: String, input: Payload = .bytes(Data()), needs: Needs = Needs(), priority: Int16 = 0,
    labels: [String: String] = [:], deadline: Timestamp? = nil, dependsOn: [TaskID] = [], maxAttempts: UInt16 = 3,
    oversize: Bool = false, identity: Data
  ) {
    self.id = id
    self.kind = kind
    self.input = input
    self.needs = needs
    self.priority = priority
    self.labels = labels
    self.deadline = deadline
    self.dependsOn = dependsOn
    self.maxAttempts = maxAttempts
    self.oversize = oversize
    self.identity = identity
  }

  /// What makes two submissions with one id the same task: SHA-256 of kind, input, needs as asked for, and dependencies.
  ///
  /// - Parameter needs: as the submitter gave them (zeros where nothing was asked), so that a change of the kind's own
  ///   needs in the configuration does not make a repeated submission look like another task.
  public static func identity(kind: String, input: Data, needs: Needs, dependsOn: [TaskID]) -> Data {
    var hash = SHA256()
    // Every part is preceded by its length, so that no two different lists of parts give the same bytes.
    func add(_ bytes: some DataProtocol) {
      withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
      hash.update(data: bytes)
    }
    var kind = kind
    kind.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    add(input)
    withUnsafeBytes(of: (UInt64(needs.slots).littleEndian, needs.memory.littleEndian, UInt64(needs.gpus).littleEndian))
    {
      hash.update(bufferPointer: $0)
    }
    for dependency in dependsOn { add(Array(dependency.text.utf8)) }
    return Data(hash.finalize())
  }
}

/// What became of one submitted task.
public enum SubmitOutcome: Sendable, Hashable {
  /// On disk.
  case accepted(TaskState)
  /// The same task was there before.
  case existing(TaskState)
  case refused(SubmitRefusal)
}

/// Why a submitted task was not accepted.
public enum SubmitRefusal: Sendable, Hashable {
  /// The id belongs to a task with another kind, input, needs or dependencies.
  case idTaken
  case unknownDependency(TaskID)
  /// No room in memory's tables for another kind or another sort of needs.
  case tooManySorts
}
