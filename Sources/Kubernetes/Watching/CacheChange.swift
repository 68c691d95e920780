/// A change in a ``ResourceCache``, as one of its readers is told.
///
/// Readers are told where things stand, not how they got there: changes of one object that come while its reader is
/// busy are told as one.
public enum CacheChange<Kept: Sendable>: Sendable {
  case added(ObjectKey, Kept)
  /// What the reader was told last, and what is there now.
  case changed(ObjectKey, from: Kept, to: Kept)
  /// What the reader was told last. An object that was deleted and made anew comes as removed and then added.
  case removed(ObjectKey, Kept)
  /// Everything that was there when the cache was filled has been told. Comes once.
  case synced
}
