import Telemetry

/// Time travel: steps are taken back or again, then the window is made anew where one stops.
extension IPITrafficHistory {
  /// Takes `step`, which was the last one, back. Only the totals are right until ``setWindow(_:)``.
  mutating func undo(_ step: IPITrafficStep) { apply(step, isUndone: true) }

  /// Takes `step`, which comes next, again. Only the totals are right until ``setWindow(_:)``.
  mutating func redo(_ step: IPITrafficStep) { apply(step, isUndone: false) }

  private mutating func apply(_ step: IPITrafficStep, isUndone: Bool) {
    step.visit { change in
      switch change {
      case .pair(let source, let destination, let difference, let vector):
        let shift = isUndone ? 0 &- difference : difference
        grow(source, destination)
        sources[source].shift(destination, by: shift, vector: vector)
        if destination == source {
          sources[source].toSelf.shift(by: shift)
        } else if Self.isGrowth(difference) {
          sources[source].toOthers.shift(by: shift)
          received[destination].shift(by: shift)
        }
      case .broadcasts(let source, let difference):
        grow(source, nil)
        sources[source].broadcasts.shift(by: isUndone ? 0 &- difference : difference)
      case .vector(let source, let vector, let difference):
        grow(source, nil)
        sources[source].shift(vector: vector, by: isUndone ? 0 &- difference : difference)
      case .kind(let place, let difference):
        while kinds.count <= place { kinds.append(WindowedCount()) }
        kinds[place].shift(by: isUndone ? 0 &- difference : difference)
      case .injected(let place, let difference):
        guard injected.indices.contains(place) else { return }
        injected[place].shift(by: isUndone ? 0 &- difference : difference)
      }
    }
  }

  private mutating func grow(_ source: Int, _ destination: Int?) {
    while sources.count <= source { sources.append(IPITrafficSource()) }
    if let destination {
      while received.count <= destination { received.append(WindowedCount()) }
    }
  }

  /// A count that ran backwards adds nothing to sums and to the window.
  private static func isGrowth(_ difference: UInt64) -> Bool { Int64(bitPattern: difference) > 0 }

  /// Makes the window and what follows from the counts, at the end of `steps`: those that are kept up to
  /// there, in order.
  mutating func setWindow(_ steps: some BidirectionalCollection<IPITrafficStep>) {
    change({ $0.forgetRecent(source: $1) }, { $0.forgetRecent() })
    marks = steps.last?.marks ?? []
    time = steps.last?.timeNanoseconds ?? 0
    var marksAgo = 0
    var isComplete = false
    for step in steps.reversed() {
      if step.isMark { marksAgo += 1 }
      isComplete = step.isReset || marksAgo > 2
      if isComplete { break }
      count(step, marksAgo)
    }
    // What came before the oldest that is kept is unknown: the window begins there.
    if !isComplete, let first = steps.first, !marks.isEmpty {
      marks[0] = max(marks[0], first.timeNanoseconds)
    }
    for index in sources.indices { sources[index].finish(source: index) }
  }

  private mutating func count(_ step: IPITrafficStep, _ marksAgo: Int) {
    step.visit { change in
      switch change {
      case .pair(let source, let destination, let difference, _):
        guard Self.isGrowth(difference), sources.indices.contains(source) else { return }
        sources[source].addRecent(
          destination, difference, marksAgo: marksAgo, isSelf: destination == source)
        if destination != source, received.indices.contains(destination) {
          received[destination].addRecent(difference, marksAgo: marksAgo)
        }
      case .broadcasts(let source, let difference):
        guard Self.isGrowth(difference), sources.indices.contains(source) else { return }
        sources[source].broadcasts.addRecent(difference, marksAgo: marksAgo)
      case .vector(let source, let vector, let difference):
        guard Self.isGrowth(difference), sources.indices.contains(source) else { return }
        sources[source].addRecent(vector: vector, difference, marksAgo: marksAgo)
      case .kind(let place, let difference):
        guard Self.isGrowth(difference), kinds.indices.contains(place) else { return }
        kinds[place].addRecent(difference, marksAgo: marksAgo)
      case .injected(let place, let difference):
        guard Self.isGrowth(difference), injected.indices.contains(place) else { return }
        injected[place].addRecent(difference, marksAgo: marksAgo)
      }
    }
  }
}

extension IPITrafficSource {
  /// Changes the total of a pair, which is made where it was not there, and the bits `vector` of the last
  /// vector.
  mutating func shift(_ destination: Int, by difference: UInt64, vector: UInt8) {
    let place = place(of: destination)
    if place == pairs.count || Int(pairs[place].destination) != destination {
      pairs.insert(Pair(destination: UInt16(truncatingIfNeeded: destination)), at: place)
    }
    pairs[place].count.shift(by: difference)
    pairs[place].lastVector ^= vector
  }

  /// Changes the total of a vector, which is made where it was not there.
  mutating func shift(vector: UInt8, by difference: UInt64) {
    let place = vectors.firstIndex { $0.vector >= vector } ?? vectors.count
    if place == vectors.count || vectors[place].vector != vector {
      vectors.insert(Vector(vector: vector), at: place)
    }
    vectors[place].count.shift(by: difference)
  }

  mutating func addRecent(_ destination: Int, _ more: UInt64, marksAgo: Int, isSelf: Bool) {
    let place = place(of: destination)
    if place < pairs.count && Int(pairs[place].destination) == destination {
      pairs[place].count.addRecent(more, marksAgo: marksAgo)
    }
    if isSelf {
      toSelf.addRecent(more, marksAgo: marksAgo)
    } else {
      toOthers.addRecent(more, marksAgo: marksAgo)
    }
  }

  mutating func addRecent(vector: UInt8, _ more: UInt64, marksAgo: Int) {
    guard let place = vectors.firstIndex(where: { $0.vector == vector }) else { return }
    vectors[place].count.addRecent(more, marksAgo: marksAgo)
  }

  /// Leaves out what had not been sent yet, and makes anew what follows from the counts.
  mutating func finish(source: Int) {
    pairs.removeAll { $0.count.total == 0 }
    vectors.removeAll { $0.count.total == 0 }
    isActive = hasRecent
    settle(source: source)
  }
}
