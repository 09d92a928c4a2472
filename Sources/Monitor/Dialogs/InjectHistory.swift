/// What was injected by the dialog, to be had again.
struct InjectHistory: Sendable, Equatable {
  /// The fields as they were at Enter.
  struct Entry: Sendable, Equatable {
    let form: InjectForm
    let manner: InjectManner
  }
  /// More are forgotten, the oldest first.
  static let limit = 50

  /// The newest first.
  private(set) var entries: [Entry] = []
  /// Which of them is in the fields; nil: none, or it was changed since.
  private(set) var place: Int?
  /// What was in the fields before the first of them came back.
  private var draft: Entry?

  /// An injection; the same once more counts once.
  mutating func add(_ entry: Entry) {
    entries.removeAll { $0 == entry }
    entries.insert(entry, at: 0)
    if entries.count > Self.limit { entries.removeLast() }
    leave()
  }

  /// The fields are the operator's own again.
  mutating func leave() {
    place = nil
    draft = nil
  }

  /// The entry that is `step` older than the one in the fields, which hold `now`; nil where there is none.
  mutating func step(_ step: Int, from now: Entry) -> Entry? {
    let next = (place ?? -1) + step
    if next == -1, place != nil {
      defer { leave() }
      return draft
    }
    guard entries.indices.contains(next) else { return nil }
    if place == nil { draft = now }
    place = next
    return entries[next]
  }
}
