/// Why a literal cannot stand in an inventory.
struct LiteralFault: Error {
  /// Half a sentence: `is …`.
  let reason: String
}
