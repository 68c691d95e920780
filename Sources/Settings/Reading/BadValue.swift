/// A value that cannot be what its setting needs: what is wrong and what to write instead.
struct BadValue: Error, Hashable {
  let text: String

  init(_ text: String) { self.text = text }
}
