/// What a coordinator says of its queue and of its workers, at one moment.
public struct QueueReport: Sendable, Hashable {
  /// The mean run time of tasks that ended well.
  public struct RunTime: Sendable, Hashable {
    public var mean: Duration
    /// How many it is the mean of.
    public var count: Int

    public init(mean: Duration, count: Int) {
      self.mean = mean
      self.count = count
    }
  }

  /// The work of one kind.
  public struct Kind: Sendable, Hashable {
    public var name: String
    /// Ready, and no worker has them. Tasks that wait for others or for a backoff are not among them.
    public var queued: Int
    /// How long each task that is in a worker's hands has run; zero for one that waits there to be started.
    public var ages: [Duration]
    /// Of one task, 1 or more.
    public var slots: Int
    /// Nil: none has ended yet.
    public var runTime: RunTime?

    public init(
      _ name: String, queued: Int, ages: [Duration] = [], slots: Int = 1, runTime: RunTime? = nil
    ) {
      self.name = name
      self.queued = queued
      self.ages = ages
      self.slots = slots
      self.runTime = runTime
    }
  }

  /// A worker, as the coordinator knows it.
  public struct Worker: Sendable, Hashable {
    /// In its hands, prefetched ones among them.
    public var tasks: Int
    /// It gets no more tasks, and leaves when it has none.
    public var isDraining: Bool

    public init(tasks: Int, isDraining: Bool = false) {
      self.tasks = tasks
      self.isDraining = isDraining
    }
  }

  public var kinds: [Kind]
  /// By name: that of their pod.
  public var workers: [String: Worker]

  public init(kinds: [Kind] = [], workers: [String: Worker] = [:]) {
    self.kinds = kinds
    self.workers = workers
  }
}
