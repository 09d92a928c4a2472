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
  convenience init?(device: String, vcpus: Int = 1, _ guest: floor_guest, isFlat: Bool = false) {
    self.init(device: device, vcpus: vcpus, code: Floor.code(guest), isFlat: isFlat)
  }

  /// Nil where KVM refuses.
  init?(device: String, vcpus: Int, code: [UInt8], isFlat: Bool = false) {
    // C reads the path and the code during the call.
    guard
      let handle = unsafe floor_machine_open(device, UInt32(vcpus), code, code.count, isFlat)
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

/// A thread for each vcpu of a bare machine, all of them in the guest.
@safe final class FloorSpinners {
  // As above.
  private let handle: OpaquePointer
  private let machine: FloorMachine

  init?(_ machine: FloorMachine) {
    guard let handle = unsafe floor_spinners_start(machine.handle) else { return nil }
    unsafe self.handle = handle
    self.machine = machine
  }

  deinit { unsafe floor_spinners_end(handle) }

  /// Nanoseconds until all have answered, 0 where not all have.
  func kick() -> UInt64 { unsafe floor_spinners_kick(handle) }
}

/// Sleeping threads.
@safe final class FloorCrowd {
  // As above.
  private let handle: OpaquePointer

  init?(threads: Int) {
    guard let handle = unsafe floor_crowd_start(UInt32(threads)) else { return nil }
    unsafe self.handle = handle
  }

  deinit { unsafe floor_crowd_end(handle) }

  /// Nanoseconds until all have answered, 0 where not all have.
  func wake() -> UInt64 { unsafe floor_crowd_wake(handle) }

  /// The same of the first `some` of them.
  func wake(_ some: Int) -> UInt64 { unsafe floor_crowd_wake_some(handle, UInt32(some)) }

  /// The same of all, and until `kick` is answered that is made beside it.
  func wake(andKick kick: FloorKick) -> UInt64 {
    unsafe floor_crowd_wake_and_kick(handle, kick.handle)
  }
}

/// Threads at a barrier.
@safe final class FloorBarrier {
  // As above.
  private let handle: OpaquePointer

  /// The first `polling` of them look for the next time again and again, where the others sleep.
  init?(threads: Int, polling: Int = 0) {
    guard let handle = unsafe floor_barrier_start(UInt32(threads), UInt32(polling)) else {
      return nil
    }
    unsafe self.handle = handle
  }

  deinit { unsafe floor_barrier_end(handle) }

  /// Nanoseconds until all are at the next one.
  func pass() -> UInt64 { unsafe floor_barrier_pass(handle) }
}

/// Vcpus of a bare machine that are sent interrupts, and send each other IPIs.
@safe final class FloorMesh {
  // As above; the machine outlives the threads.
  private let handle: OpaquePointer
  private let machine: FloorMachine

  /// Where the first vcpu has no thread, the caller runs it by ``run(rounds:)``.
  init?(_ machine: FloorMachine, hasFirst: Bool) {
    guard let handle = unsafe floor_mesh_start(machine.handle, hasFirst) else { return nil }
    unsafe self.handle = handle
    self.machine = machine
  }

  deinit { unsafe floor_mesh_end(handle) }

  /// Nanoseconds of `count` rounds, 0 where one failed.
  func run(rounds count: Int) -> UInt64 { unsafe floor_mesh_run(handle, UInt32(count)) }

  /// Nanoseconds from giving the first vcpu `vector` in its HLT until it halts again, 0 where it does not.
  func interrupt(vector: UInt8) -> UInt64 { unsafe floor_mesh_interrupt(handle, vector) }

  /// Exits of all vcpus until now.
  var exits: UInt64 { unsafe floor_mesh_exits(handle) }
}

/// Another program, on a terminal of its own or on a pipe. Killed by the deinitializer.
@safe final class FloorChild {
  // As above.
  private let handle: OpaquePointer

  /// Nil where it does not start; a terminal of `columns` and `rows`, a pipe without.
  init?(_ arguments: [String], columns: Int = 0, rows: Int = 0) {
    let words = arguments.map { Array($0.utf8CString) }
    // All words behind one another, so that one pointer reaches them during the call.
    let text = words.flatMap { $0 }
    let handle = unsafe text.withUnsafeBufferPointer { text -> OpaquePointer? in
      var start = 0
      var pointers: [UnsafePointer<CChar>?] = unsafe []
      for word in words {
        unsafe pointers.append(text.baseAddress.map { unsafe $0 + start })
        start += word.count
      }
      unsafe pointers.append(nil)
      return unsafe floor_child_start(pointers, UInt32(columns), UInt32(rows))
    }
    guard let handle = unsafe handle else { return nil }
    unsafe self.handle = handle
  }

  deinit { unsafe floor_child_end(handle) }

  /// Whether there is such a program.
  static func exists(_ path: String) -> Bool { unsafe floor_is_program(path) }

  /// What it prints until the moment `end`, or until `mark` has come `marks` times.
  func drain(until end: UInt64, mark: String, marks: UInt64 = .max) -> floor_output {
    var output = floor_output()
    // C reads the mark and fills the result during the call.
    unsafe floor_child_drain(handle, end, mark, marks, &output)
    return output
  }

  /// Stops it, or has it go on.
  func setPaused(_ isPaused: Bool) { unsafe floor_child_pause(handle, isPaused) }

  /// On-CPU nanoseconds of its first thread; 0 where it is gone.
  var onCPU: UInt64 { unsafe floor_child_cpu(handle) }

  /// Bytes in memory; 0 where it is gone.
  var residentBytes: UInt64 { unsafe floor_child_resident(handle) }
}

/// A file in memory that children can open.
struct FloorFile: ~Copyable {
  private let number: Int32

  init?(_ bytes: [UInt8]) {
    // C reads the bytes during the call.
    number = unsafe floor_memory_file(bytes, bytes.count)
    if number < 0 { return nil }
  }

  deinit { floor_memory_file_close(number) }

  /// By what name.
  var path: String { "/proc/self/fd/\(number)" }
}
