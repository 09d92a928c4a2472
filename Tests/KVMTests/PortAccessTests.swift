import CKVM
import Testing

@testable import KVM

/// The run area, described by a kernel that we need not believe.
@Suite(.enabled(if: hasKVM, "SKIPPED: no /dev/kvm")) struct PortAccessTests {
  @Test("an access that is described as outside the run area reads 0 and writes nothing")
  func bounds() throws {
    let machine = try KVMSystem().makeMachine(vcpus: 1)
    let vcpu = try machine.makeVCPU(id: 0)
    let end = UInt64(vcpu.runArea.size)
    let outside: [(UInt64, UInt32, UInt8)] = [
      (end, 0, 1), (end - 1, 0, 2), (end - 3, 0, 4), (.max, 0, 4), (.max - 2, 0, 4),
      (end - 4, 1, 4),
      (.max, .max, 4), (0, .max - 1, 255),
    ]
    for (offset, index, size) in outside {
      let access = PortAccess(port: 1, size: size, isOut: true, count: .max, offset: offset)
      vcpu.setValue(.max, of: access, element: index)
      let value = vcpu.value(of: access, element: index)
      #expect(value == 0)
    }
    let inside = PortAccess(port: 1, size: 4, isOut: true, count: 2, offset: end - 8)
    vcpu.setValue(0x1234_5678, of: inside, element: 1)
    let found = vcpu.value(of: inside, element: 1)
    #expect(found == 0x1234_5678)
    let beyond = vcpu.value(of: inside, element: 2)
    #expect(beyond == 0)
  }
}
