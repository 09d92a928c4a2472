import Devices
import Interrupts

/// The passing of time.
extension TrafficBoard {
  mutating func wait(_ wait: TrafficWait) {
    let start = now
    switch wait {
    case .nanoseconds: pass(program.number(1))
    case .microseconds: pass(program.number(1) * 1000)
    case .longMicroseconds: pass(program.number(2) * 1000)
    case .milliseconds: pass(program.number(1) * 1_000_000)
    case .seconds: pass(program.number(1) * 1_000_000_000)
    case .longNanoseconds: pass(program.number(4))
    case .days: pass(program.number(1) * 86_400_000_000_000)
    case .any: pass(program.number(8))
    case .deadline: pass(to: nextDeadline)
    case .beforeDeadline: pass(to: nextDeadline.map { $0 == 0 ? 0 : $0 - 1 })
    case .timer: pass(to: apics[0].nextDeadline())
    case .clock: pass(to: clock.nextDeadline(after: now))
    case .uart: pass(to: uart.nextDeadline(after: now))
    case .interval: pass(to: pit.nextRisingEdge(after: now))
    case .end: now = .max
    case .backwards: now = now &- min(program.number(2) * 1000, now)
    }
    require(now >= start || wait == .backwards, "time went backwards")
    advanceAll()
  }

  private mutating func pass(_ nanoseconds: UInt64) {
    let (sum, overflow) = now.addingReportingOverflow(nanoseconds)
    now = overflow ? .max : sum
  }

  /// A deadline that passed unseen is now.
  private mutating func pass(to deadline: UInt64?) {
    if let deadline { now = max(now, deadline) }
  }

  private var nextDeadline: UInt64? {
    var next: UInt64?
    for deadline in [
      clock.nextDeadline(after: now), uart.nextDeadline(after: now),
      keyboard.nextDeadline(after: now), power.nextDeadline(after: now),
      pit.nextRisingEdge(after: now), apics[0].nextDeadline(), apics[1].nextDeadline(),
    ] {
      if let deadline { next = min(next ?? .max, deadline) }
    }
    return next
  }

  private mutating func advanceAll() {
    for cpu in apics.indices { apics[cpu].advance(to: now) }
    touched = .all
    clock.advance(to: now)
    uart.advance(to: now)
    keyboard.advance(to: now)
    power.advance(to: now)
    checkDeadlines()
  }

  /// What a device says of its next deadline must come true, at that nanosecond and not before. But where
  /// the clock ends (in 584 years), deadlines saturate.
  private mutating func checkDeadlines() {
    guard now < .max - Self.lastPeriod else { return }
    if let deadline = clock.nextDeadline(after: now) {
      var early = clock
      early.advance(to: deadline - 1)
      require(deadline > now && !early.interruptLine, "the clock's deadline \(deadline) is late")
      early.advance(to: deadline)
      require(early.interruptLine, "the clock's deadline does nothing")
    }
    if let deadline = uart.nextDeadline(after: now) {
      var late = uart
      late.advance(to: deadline)
      require(deadline > now, "the UART's deadline is not in the future")
      require(late.nextDeadline(after: deadline) == nil, "the UART's deadline does nothing")
    }
    if let deadline = keyboard.nextDeadline(after: now) {
      var late = keyboard
      late.advance(to: deadline)
      require(!keyboard.interruptLine, "the keyboard waits for what it has")
      // All that waited may have been a prefix.
      require(late.nextDeadline(after: deadline) == nil, "the keyboard's deadline does nothing")
    }
    if let deadline = power.nextDeadline(after: now) {
      var late = power
      late.advance(to: deadline - 1)
      require(deadline > now && !late.sciLine, "the power timer's deadline is late")
      late.advance(to: deadline)
      require(late.sciLine, "the power timer's deadline does nothing")
    }
    checkIntervalDeadline()
  }

  private mutating func checkIntervalDeadline() {
    guard let deadline = pit.nextRisingEdge(after: now) else { return }
    var copy = pit
    _ = copy.takeRisingEdges(to: now)
    let early = copy.takeRisingEdges(to: deadline - 1)
    require(deadline > now && early == 0, "an edge comes before the interval timer's next")
    let edges = copy.takeRisingEdges(to: deadline)
    require(edges == 1, "\(edges) edges at the interval timer's next")
  }
}
