/// Where the parts of the vCPU view are. Painting, scrolling and the mouse ask it.
struct VCPUViewLayout: Equatable {
  /// A part with a title.
  enum Part: Hashable, CaseIterable {
    case registers, localAPIC, localVectors, rendezvous, counters, exits, control, events
  }
  /// Columns that two registers in a line take.
  static let registerColumns = 42
  /// Columns that a set of vectors takes.
  static let setColumns = 37

  /// The first line: which vcpu, what it does.
  var state: Rect
  /// The parts, each with its title in its first row.
  var parts: [Part: Rect] = [:]
  /// Instead of them where there is little room: everything below each other, to be scrolled.
  var page: Rect?
  /// Whether everything is on the screen at once.
  var hasAll = false

  /// `showsMore`: the page with what has no room, where there is one.
  init(_ body: Rect, showsMore: Bool) {
    state = Rect(x: body.x, y: body.y, width: body.width, height: min(1, max(0, body.height)))
    let rest = body.dropping(1)
    guard body.width >= 80 && body.height >= 17 else {
      page = rest
      return
    }
    hasAll = body.width >= 120 && body.height >= 34
    if showsMore && !hasAll { more(rest) } else { columns(rest) }
  }

  private mutating func columns(_ rest: Rect) {
    // The rows of the upper part below its title, of the middle and of the events with theirs.
    var upper = 12
    var left = rest.height - upper - 1
    var middle = min(4, left)
    left -= middle
    var events = left >= 2 ? 2 : 0
    left -= events
    func take(_ rows: Int, _ part: inout Int) {
      let given = max(0, min(rows, left))
      part += given
      left -= given
    }
    take(5, &middle)
    if events > 0 { take(3, &events) }
    take(4, &upper)
    take(3, &middle)
    if events > 0 { take(left, &events) } else { take(left, &middle) }

    let first = Self.registerColumns
    let hasThree = rest.width >= 120
    let second =
      hasThree
      ? Self.setColumns + min(23, max(0, rest.width - 120)) : max(0, rest.width - first - 1)
    let right = first + 1
    parts[.registers] = Rect(x: rest.x, y: rest.y, width: first, height: upper + 1)
    parts[.localAPIC] = Rect(x: rest.x + right, y: rest.y, width: second, height: upper + 1)
    if hasThree {
      let x = right + second + 1
      parts[.localVectors] = Rect(
        x: rest.x + x, y: rest.y, width: rest.width - x, height: upper + 1)
    }
    let y = rest.y + upper + 1
    parts[.rendezvous] = Rect(x: rest.x, y: y, width: first, height: middle)
    parts[.exits] = Rect(x: rest.x + right, y: y, width: rest.width - right, height: middle)
    if events > 0 {
      parts[.events] = Rect(x: rest.x, y: y + middle, width: rest.width, height: events)
    }
  }

  private mutating func more(_ rest: Rect) {
    let first = Self.registerColumns
    let upper = min(14, rest.height)
    parts[.counters] = Rect(x: rest.x, y: rest.y, width: first, height: upper)
    parts[.localVectors] = Rect(
      x: rest.x + first + 1, y: rest.y, width: rest.width - first - 1, height: upper)
    parts[.control] = Rect(
      x: rest.x, y: rest.y + upper, width: rest.width, height: rest.height - upper)
  }
}
