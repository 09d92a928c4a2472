import Rendezvous
import Testing

@testable import Commands

/// Holding all vcpus, and policies that can hang the guest, in words.
@Suite struct LockAllTests {
  @Test func reading() throws {
    let read = try InjectionExpression.parse("Lock-All", self: 0, count: 4)
    #expect(read == RepeatedInjection(.lockAll))
    let often = try InjectionExpression.parse("lock-all every 2ms times 3", self: 0, count: 4)
    #expect(often.text == "lock-all every 2ms times 3")
    #expect(throws: InjectionExpressionError.self) {
      try InjectionExpression.parse("lock-all to 0", self: 0, count: 4)
    }
  }

  @Test func dangers() {
    for policy in RendezvousPolicy.presets {
      #expect(policy.danger == nil && policy.refusal == nil)
    }
    for policy in RendezvousPolicy.unsafePresets { #expect(policy.danger != nil) }
    #expect(
      RendezvousPolicy.firstWord.refusal
        == "policy first-word is unsafe (it can hang the guest); add --unsafe-policies")
    var plain = RendezvousPolicy.landed
    plain.lockAll = .plain
    #expect(plain.danger == "hang the guest")
  }
}
