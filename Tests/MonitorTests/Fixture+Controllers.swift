import Rendezvous
import Telemetry

@testable import Monitor

extension Fixture {
  /// The board as a guest with its drivers up would have it; COM1's entry changes at step 38.
  static func controllers(step: UInt64) -> InterruptControllers {
    var board = InterruptControllers()
    let entries: [(Int, UInt64)] = [
      (0, 0x1_0700), (1, 0x31), (2, 0x30), (4, step < 38 ? 0x34 : 0x0f00_0000_0000_0834),
      (8, 0x1_0038), (9, 0xc039), (10, 0xb500_0000_0001_a93a), (16, 0x4000_0000_0000_f051),
      (17, 0xff00_0000_0000_0400), (18, 0x0500_0000_0000_0852),
    ]
    for (pin, entry) in entries { board.pins[pin].entry = entry }
    board.pins[9].isAsserted = true
    board.pins[1].delivered = 12
    board.pins[2].delivered = 3_000 + step * (20 + step % 3)
    board.pins[4].delivered = 300 + step * (step % 5)
    board.pins[9].delivered = 1
    board.master.interruptRequest = 0b1
    board.master.interruptMask = 0b1111_1011
    board.master.vectorBase = 0x20
    board.slave.interruptMask = 0xff
    board.slave.inService = 0b1
    board.slave.vectorBase = 0x28
    board.slave.levelTriggered = 0b0000_1110
    board.isPairRequesting = true
    return board
  }

  /// A monitor that has seen 40 steps, half of them under each preset, with the controllers.
  static func boardModel(
    vcpus count: Int, width: Int = 80, height: Int = 24, switches: Bool = true,
    view: MonitorView
  ) -> MonitorModel {
    var model = MonitorModel()
    model.resize(width: width, height: height)
    for step in 0..<40 as Range<UInt64> {
      var next = snapshot(vcpus: count, step: step)
      next.controllers = controllers(step: step)
      next.events = events(step, vcpus: count)
      if switches && step < 20 { next.policy = .baseline }
      // Only under the baseline are there bystanders.
      for index in next.vcpus.indices where next.vcpus[index].id == 3 {
        next.vcpus[index].rendezvousExits[.bystander] = 12 + min(step, 20)
        next.vcpus[index].stallNanoseconds = 1_840_000 + min(step, 20) * 400_000
      }
      if let last = next.vcpus.indices.last { next.vcpus[last].haltSpins = max(20, step) * 7 }
      model.absorb(next)
    }
    _ = model.handle(.character(view.key))
    return model
  }
}
