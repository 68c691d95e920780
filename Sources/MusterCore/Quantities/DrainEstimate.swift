/// How much must work at a time for a backlog to be done within a time: work left, divided by the time for it.
public enum DrainEstimate {
  /// At most so many are ever asked for.
  public static let limit = 1_000_000

  /// - Parameters:
  ///   - tasks: that are not done, running ones among them. Those are counted whole, for nobody knows how far they are.
  ///   - runTime: the mean of one. Not the median: a sum of run times is their count times the mean, and where a few run
  ///     long the median says nothing of it.
  ///   - window: in which all is to be done; over 0.
  /// - Returns: how many tasks at a time: 1…`tasks`, for one task is done by one alone, however long it runs; 0 without
  ///   tasks; never over ``limit``.
  public static func lanes(tasks: Int, runTime: Duration, window: Duration) -> Int {
    guard tasks > 0 else { return 0 }
    let most = min(tasks, limit)
    let lanes = Double(tasks) * max(runTime.seconds, 0) / max(window.seconds, 0.001)
    // A hair's breadth, so that rounding of the division asks for nobody.
    guard lanes < Double(most) else { return most }
    return min(max(Int((lanes - 1e-9).rounded(.up)), 1), most)
  }

  /// The mean run time to go by: what was measured, pulled towards an assumption while little was.
  ///
  /// The assumption counts as ``weight`` measurements, so that the first task to end, which is often a short one, does not
  /// decide for all.
  public static func runTime(measured: Duration, count: Int, assumed: Duration) -> Duration {
    guard count > 0 else { return assumed }
    let share = Double(weight) / Double(weight + min(count, limit))
    return .seconds(max(measured.seconds, 0) * (1 - share) + assumed.seconds * share)
  }

  /// Of the assumption, in measurements.
  public static let weight = 3
}
