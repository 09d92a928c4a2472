/// What the operator did to the timeline.
struct TimelineState: Sendable {
  /// What the arrows move over.
  enum Part: Sendable { case list, lanes }
  /// The order of the lanes.
  enum Sort: Sendable { case number, lag }

  var focus = Part.list
  /// The absolute number of the selected rendezvous; nil: the newest, whichever it is.
  var selected: Int?
  /// The number of the selected lane's vcpu; nil, or one that is not there: the one that came last.
  var lane: Int?
  /// As the operator wants them; nil: by number while every lane has a row.
  var sort: Sort?
  var isLogarithmic = false
  var isOnlyLate = false
  /// How often the time was halved.
  private(set) var zoom = 0
  /// The share of the whole at the left end of the picture.
  private(set) var left = 0.0

  /// The highest zoom: 1/4096 of the whole.
  static let highestZoom = 12

  /// The share of the whole that is shown.
  var shown: Double { 1 / Double(1 << zoom) }

  /// Halves (or, backwards, doubles) the time; the share `center` stays where it is on the screen where it
  /// is there, else it comes into the middle.
  mutating func zoom(by step: Int, about center: Double) {
    let before = shown
    let next = max(0, min(Self.highestZoom, zoom + step))
    let isThere = center >= left && center <= left + before
    let place = isThere ? (center - left) / before : 0.5
    zoom = next
    left = max(0, min(center - place * shown, 1 - shown))
  }

  /// Moves by a quarter of what is shown.
  mutating func pan(_ step: Int) {
    left = max(0, min(left + Double(step) * shown / 4, 1 - shown))
  }

  /// Selects the rendezvous `step` further; after the newest it follows.
  mutating func select(_ step: Int, of numbers: Range<Int>) {
    guard let newest = numbers.last else { return }
    let next = (number(of: numbers) ?? newest) + step
    selected = next >= newest ? nil : max(numbers.lowerBound, next)
  }

  /// The absolute number of the one shown, of those that are kept.
  func number(of numbers: Range<Int>) -> Int? {
    guard let newest = numbers.last else { return nil }
    return max(numbers.lowerBound, min(selected ?? newest, newest))
  }
}
