/// Why no session came about.
struct OpeningFault: Error {
  let error: RemoteHostError
  /// It may be gone in a moment: the machine closed the connection before anybody said who he is.
  var isPassing = false
}
