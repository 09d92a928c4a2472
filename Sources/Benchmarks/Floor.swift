import BenchFloor

/// The floors in C, as values of Swift: the only file here that touches their handles.
enum Floor {
  /// A guest's code (guests.S).
  static func code(_ guest: floor_guest) -> [UInt8] {
    // Bytes of the program itself, as many as their size says.
    unsafe [UInt8](
      UnsafeBufferPointer(start: floor_guest_code(guest), count: floor_guest_size(guest)))
  }

  /// As ``FloorStartup``, of `vcpus` vcpus; nil where it failed.
  static func start(device: String, vcpus: Int) -> floor_startup? {
    var result = floor_startup()
    // C reads the path and fills the result during the call.
    return unsafe floor_start(device, UInt32(vcpus), &result) ? result : nil
  }

  /// The instructions that `body` takes on this thread; 0 where the host does not trap.
  static func instructions(_ body: () -> Void) -> UInt64 {
    // The closure lives on this stack until the call, which calls it, has returned.
    withoutActuallyEscaping(body) { body in
      var body = body
      return unsafe withUnsafeMutablePointer(to: &body) { place in
        unsafe floor_count_instructions(
          { context in
            guard let context = unsafe context else { return }
            unsafe context.assumingMemoryBound(to: (() -> Void).self).pointee()
          }, place)
      }
    }
  }
}

/// A bare machine, and its first vcpu.
@safe final class FloorMachine {
  // Freed by the deinitializer alone; one thread owns the object, as the functions want it.
  fileprivate let handle: OpaquePointer

  /// Nil where KVM refuses.
  init?(device: String, vcpus: Int = 1, _ guest: floor_guest, isFlat: Bool = false) {
    // C reads the path and the code during the call.
    guard
      let handle = unsafe floor_machine_open(
        device, UInt32(vcpus), floor_guest_code(guest), floor_guest_size(guest), isFlat)
    else { return nil }
    unsafe self.handle = handle
  }

  deinit { unsafe floor_machine_close(handle) }

  /// Nanoseconds of `count` exits; 0 where one was for another reason.
  func run(exits count: Int, reason: Int32) -> UInt64 {
    unsafe floor_run_exits(handle, UInt32(count), UInt32(reason))
  }

  /// Nanoseconds of `count` interrupts, after a HLT each or without; 0 where something else happened.
  func run(rounds count: Int, halts: Bool) -> UInt64 {
    unsafe floor_run_rounds(handle, UInt32(count), halts)
  }
}

/// A thread that runs the first vcpu of a bare machine and answers kicks.
@safe final class FloorKick {
  // As above; the machine outlives the thread, which this object ends.
  fileprivate let handle: OpaquePointer
  private let machine: FloorMachine

  init?(_ machine: FloorMachine) {
    guard let handle = unsafe floor_kick_start(machine.handle) else { return nil }
    unsafe self.handle = handle
    self.machine = machine
  }

  deinit { unsafe floor_kick_end(handle) }

  /// Nanoseconds of one kick, 0 where no answer came.
  func once() -> UInt64 { unsafe floor_kick_once(handle) }
}

/// Sleeping threads.
@safe final class FloorCrowd {
  // As above.
  private let handle: OpaquePointer

  /// Lives as long as its threads.
  private let machine: FloorMachine?

  /// With a machine of one vcpu more than `threads`, each thread makes `exits` exits before it answers.
  init?(threads: Int, machine: FloorMachine? = nil, exits: Int = 0) {
    guard
      let handle = unsafe floor_crowd_start(UInt32(threads), machine?.handle, UInt32(exits))
    else { return nil }
    unsafe self.handle = handle
    self.machine = machine
  }

  deinit { unsafe floor_crowd_end(handle) }

  /// Nanoseconds until the caller has made `exits` exits and all have answered, 0 where not all have.
  func wake(exits: Int) -> UInt64 { unsafe floor_crowd_wake_with_exits(handle, UInt32(exits)) }

  /// Nanoseconds until all have answered, 0 where not all have.
  func wake() -> UInt64 { unsafe floor_crowd_wake(handle) }

  /// The same, and until `kick` is answered that is made beside it.
  func wake(andKick kick: FloorKick) -> UInt64 {
    unsafe floor_crowd_wake_and_kick(handle, kick.handle)
  }
}

/// Threads at a barrier.
@safe final class FloorBarrier {
  // As above.
  private let handle: OpaquePointer

  init?(threads: Int) {
    guard let handle = unsafe floor_barrier_start(UInt32(threads)) else { return nil }
    unsafe self.handle = handle
  }

  deinit { unsafe floor_barrier_end(handle) }

  /// Nanoseconds until all are at the next one.
  func pass() -> UInt64 { unsafe floor_barrier_pass(handle) }
}

/// Two vcpus that send each other IPIs.
@safe final class FloorPair {
  // As above.
  private let handle: OpaquePointer

  init?(device: String) {
    guard let handle = unsafe floor_pair_start(device) else { return nil }
    unsafe self.handle = handle
  }

  deinit { unsafe floor_pair_end(handle) }

  /// Nanoseconds of `count` round trips, 0 where one failed.
  func run(rounds count: Int) -> UInt64 { unsafe floor_pair_run(handle, UInt32(count)) }
}
