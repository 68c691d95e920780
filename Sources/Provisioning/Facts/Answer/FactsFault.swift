/// Why an answer means nothing, as the end of a sentence.
struct FactsFault: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
