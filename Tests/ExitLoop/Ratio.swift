import BenchFloor
import CKVM
import Commands
import Glibc
import Machine
import Telemetry

/// Times our loop against the loop in C, by turns.
enum Ratio {
  static let pairs = 15
  static let exits: UInt32 = 20_000

  static func measure() throws -> Bool {
    guard
      let loop = floor_machine_open(
        "/dev/kvm", 1, ExitLoop.program, ExitLoop.program.count, false)
    else {
      print("the loop in C did not start")
      return false
    }
    defer { floor_machine_close(loop) }
    let machine = try ExitLoop.machine()
    defer { machine.end() }
    var ratios: [Double] = []
    var ours: [Double] = []
    var theirs: [Double] = []
    for _ in 0..<pairs {
      settle(machine, stopped: true)
      let c = Double(floor_run_exits(loop, exits, UInt32(KVM_EXIT_IO))) / Double(exits)
      settle(machine, stopped: false)
      let swift = sample(machine)
      ratios.append(swift / c)
      ours.append(swift)
      theirs.append(c)
    }
    let median = ratios.sorted()[pairs / 2]
    print(
      "ns per PIO exit, median of \(pairs): tryst \(Int(ours.sorted()[pairs / 2])), C "
        + "\(Int(theirs.sorted()[pairs / 2])); ratio, median of the pairs "
        + "\((median * 1000).rounded() / 1000) (budget \(ExitLoop.ratioBudget))")
    return median <= ExitLoop.ratioBudget
  }

  /// Waits until the vcpu is (or is no longer) stopped.
  private static func settle(_ machine: VirtualMachine, stopped: Bool) {
    machine.perform(stopped ? .stopGuest : .continueGuest)
    while (machine.snapshot().vcpus[0].state == .stopped) != stopped { sched_yield() }
  }

  /// Nanoseconds per exit of the running machine.
  private static func sample(_ machine: VirtualMachine) -> Double {
    let first = machine.snapshot()
    while true {
      // The vcpu has a CPU of its own; this thread only looks now and then.
      var pause = timespec(tv_sec: 0, tv_nsec: 20_000_000)
      nanosleep(&pause, nil)
      let last = machine.snapshot()
      let count = last.exits[.io] - first.exits[.io]
      if count >= UInt64(exits) {
        return Double(last.timeNanoseconds - first.timeNanoseconds) / Double(count)
      }
    }
  }
}
