import MusterCore

/// So many seconds after the clock's start.
func at(_ seconds: Double) -> Moment { Moment(nanoseconds: Int64(seconds * 1_000_000_000)) }
