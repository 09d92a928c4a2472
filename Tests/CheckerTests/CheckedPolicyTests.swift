import Checker
import Rendezvous
import Testing

@Test func aCheckedPolicyIsThePolicy() {
  for policy in RendezvousPolicy.presets { #expect(CheckedPolicy(policy).policy == policy) }
}
