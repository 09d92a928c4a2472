import Testing

@testable import Machine

/// How far NMI handlers are stepped through, without a guest: the arithmetic alone.
@Suite struct StepAllowanceTests {
  @Test("a handler after a quiet time may be long, and no longer")
  func quiet() {
    var allowance = StepAllowance()
    allowance.refill(at: 5_000_000_000)
    #expect(allowance.left == StepAllowance.limit)
    for _ in 0..<StepAllowance.limit { allowance.spend() }
    #expect(allowance.left == 0)
    allowance.spend()
    #expect(allowance.left == 0)
  }

  @Test("a storm gets a step each 100 us, however many NMIs ask")
  func storm() {
    var allowance = StepAllowance()
    var now: UInt64 = 1_000_000_000
    var steps: UInt64 = 0
    let start = now
    // 100,000 NMIs, one each 30 us, whose handlers would take 200 steps.
    for _ in 0..<100_000 {
      now += 30_000
      allowance.refill(at: now)
      for _ in 0..<min(200, allowance.left) {
        allowance.spend()
        steps += 1
      }
    }
    let granted = (now - start) / StepAllowance.nanosecondsAStep
    #expect(steps <= StepAllowance.limit + granted)
    // Nothing is lost by asking often.
    #expect(steps >= StepAllowance.limit + granted - 1)
  }

  @Test("quiet time is not saved up beyond the limit, and a clock that stands still grants nothing")
  func bounds() {
    var allowance = StepAllowance()
    allowance.refill(at: .max)
    #expect(allowance.left == StepAllowance.limit)
    for _ in 0..<100 { allowance.spend() }
    allowance.refill(at: .max)
    #expect(allowance.left == StepAllowance.limit - 100)
    allowance.refill(at: 0)
    #expect(allowance.left == StepAllowance.limit - 100)
  }
}
