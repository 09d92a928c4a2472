/// Every state that a model can reach, breadth first, and what is wrong with them.
///
/// Safety is judged on each step. Liveness on the whole: from every state the protocol's own steps, without a
/// guest that happens to exit and without an interrupt that happens to come, must lead to rest (L6, AG EF).
public struct Exploration: Sendable {
  /// What was explored.
  public let model: ProtocolModel
  /// States, each once.
  public private(set) var stateCount = 0
  /// Steps between them.
  public private(set) var transitionCount = 0
  /// What can go wrong; empty: nothing can.
  public private(set) var violations: Violations = []
  /// Exits that do not help.
  public private(set) var kinds: SpuriousKinds = []
  /// A shortest way to each violation, in the order of being found.
  public private(set) var counterexamples: [Counterexample] = []

  /// Explores `model`; gives up, with `Violations.unfinished`, beyond `limit` states.
  public init(_ model: ProtocolModel, limit: Int = 20_000_000) {
    self.model = model
    var search = Search(model)
    search.run(limit: limit)
    stateCount = search.table.count
    transitionCount = search.transitions
    violations = search.violations
    kinds = search.kinds
    if search.isFinished {
      judgeLiveness(search)
    } else {
      violations.insert(.unfinished)
    }
    for finding in search.findings {
      counterexamples.append(
        Counterexample(
          model, violation: finding.violation,
          search.path(to: finding.from) + [finding.successor]))
    }
  }

  /// The shortest way to `violation`, where it was found.
  public func counterexample(to violation: Violations) -> Counterexample? {
    counterexamples.first { $0.violation == violation }
  }

  private mutating func judgeLiveness(_ search: Search) {
    let reverse = search.reversedEdges()
    let canRest = search.reach(backwards: reverse) { search.isGood[$0] }
    guard canRest.contains(false) else { return }
    let canStop = search.reach(backwards: reverse) { number in
      !canRest[number] && search.edgeStart[number] == search.edgeStart[number + 1]
    }
    if let stop = canRest.indices.first(where: {
      !canRest[$0] && search.edgeStart[$0] == search.edgeStart[$0 + 1]
    }) {
      violations.insert(.hang)
      counterexamples.append(Counterexample(model, violation: .hang, search.path(to: stop)))
    }
    if let lost = canRest.indices.first(where: { !canRest[$0] && !canStop[$0] }) {
      violations.insert(.livelock)
      var path = search.path(to: lost)
      let start = path.count
      let cycle = search.cycle(from: lost)
      path += cycle.steps
      counterexamples.append(
        Counterexample(
          model, violation: .livelock, path, repeatsFrom: start + cycle.prefix))
    }
  }
}

/// The search's tables.
struct Search {
  struct Finding {
    var violation: Violations
    var from: Int
    var successor: Successor
  }

  let model: ProtocolModel
  var table = StateTable()
  /// How each state was seen first.
  private var parents: [UInt32] = []
  private var moves: [Move] = []
  /// The steps of the protocol from state `n`: `edgeTarget[edgeStart[n] ..< edgeStart[n + 1]]`.
  private(set) var edgeStart: [UInt32] = [0]
  private(set) var edgeTarget: [UInt32] = []
  /// At rest, or stopped by something that was found.
  private(set) var isGood: [Bool] = []
  private(set) var transitions = 0
  private(set) var violations: Violations = []
  private(set) var kinds: SpuriousKinds = []
  private(set) var findings: [Finding] = []
  private(set) var isFinished = false

  init(_ model: ProtocolModel) { self.model = model }

  mutating func run(limit: Int) {
    _ = table.insert(model.initial)
    parents.append(0)
    moves.append(Move(thread: 0, choice: .proceed))
    var list: [Successor] = []
    list.reserveCapacity(32)
    var current = 0
    while current < table.count {
      if table.count > limit { return }
      let state = table[current]
      var isGood = model.isAtRest(state)
      list.removeAll(keepingCapacity: true)
      model.appendSuccessors(of: state, to: &list)
      for successor in list {
        kinds.formUnion(successor.kinds)
        if !successor.violations.isEmpty {
          note(successor, from: current)
          if !successor.violations.isSubset(of: .survivable) {
            isGood = true
            continue
          }
        }
        // A step that changes nothing is none.
        if successor.state == state { continue }
        transitions += 1
        let (number, isNew) = table.insert(successor.state)
        if isNew {
          parents.append(UInt32(current))
          moves.append(successor.move)
        }
        if successor.move.isProgress { edgeTarget.append(UInt32(number)) }
      }
      edgeStart.append(UInt32(edgeTarget.count))
      self.isGood.append(isGood)
      current += 1
    }
    isFinished = true
  }

  private mutating func note(_ successor: Successor, from number: Int) {
    for violation in successor.violations.each where !violations.contains(violation) {
      violations.insert(violation)
      findings.append(Finding(violation: violation, from: number, successor: successor))
    }
  }

  // MARK: Ways

  /// The steps from the beginning to state `number`.
  func path(to number: Int) -> [Successor] {
    var path: [Successor] = []
    var at = number
    while at != 0 {
      let parent = Int(parents[at])
      let (move, state) = (moves[at], table[at])
      if let step = successors(of: parent).first(where: { $0.move == move && $0.state == state }) {
        path.append(step)
      }
      at = parent
    }
    return path.reversed()
  }

  private func successors(of number: Int) -> [Successor] {
    var list: [Successor] = []
    model.appendSuccessors(of: table[number], to: &list)
    return list
  }

  /// Steps of the protocol that lead from state `number` around in a circle: the thread that moved longest
  /// ago moves next, so that nobody is left out for ever.
  func cycle(from number: Int) -> (prefix: Int, steps: [Successor]) {
    var steps: [Successor] = []
    var seen: [ModelState: Int] = [:]
    var state = table[number]
    var lastMoved = [Int](repeating: -1, count: ModelState.maximumThreads)
    while seen[state] == nil {
      seen[state] = steps.count
      var list: [Successor] = []
      model.appendSuccessors(of: state, to: &list)
      let possible = list.filter { $0.move.isProgress && $0.state != state }
      guard
        let next = possible.min(by: {
          lastMoved[Int($0.move.thread)] < lastMoved[Int($1.move.thread)]
        })
      else { break }
      lastMoved[Int(next.move.thread)] = steps.count
      steps.append(next)
      state = next.state
    }
    return (seen[state] ?? 0, steps)
  }

  // MARK: Backwards

  /// The steps of the protocol, by where they lead.
  func reversedEdges() -> (start: [UInt32], source: [UInt32]) {
    var start = [UInt32](repeating: 0, count: table.count + 1)
    for target in edgeTarget { start[Int(target) + 1] += 1 }
    for number in 0..<table.count { start[number + 1] += start[number] }
    var next = start
    var source = [UInt32](repeating: 0, count: edgeTarget.count)
    for number in 0..<table.count {
      for edge in Int(edgeStart[number])..<Int(edgeStart[number + 1]) {
        let target = Int(edgeTarget[edge])
        source[Int(next[target])] = UInt32(number)
        next[target] += 1
      }
    }
    return (start, source)
  }

  /// The states from which one of those that `isGoal` accepts can be reached.
  func reach(
    backwards edges: (start: [UInt32], source: [UInt32]), _ isGoal: (Int) -> Bool
  ) -> [Bool] {
    var reached = [Bool](repeating: false, count: table.count)
    var queue: [UInt32] = []
    for number in 0..<table.count where isGoal(number) {
      reached[number] = true
      queue.append(UInt32(number))
    }
    var head = 0
    while head < queue.count {
      let number = Int(queue[head])
      head += 1
      for edge in Int(edges.start[number])..<Int(edges.start[number + 1]) {
        let source = Int(edges.source[edge])
        if !reached[source] {
          reached[source] = true
          queue.append(edges.source[edge])
        }
      }
    }
    return reached
  }
}
