/// A stack that is being pushed to or popped from; the register follows only if all goes well.
struct StackPointer {
  var segment: SegmentRegister
  /// RSP, ESP or SP.
  var pointer: UInt64
  /// The pointer's width in bits.
  let bits: Int
  /// With the rights of CPL 3.
  let isUser: Bool
  /// What goes into #SS's error code: the selector of a stack that is not in use yet.
  var errorCode: UInt32 = 0
}

extension Execution {
  /// The stack in use.
  var currentStack: StackPointer {
    let bits = mode == .long ? 64 : state.ss.db ? 32 : 16
    return StackPointer(
      segment: state.ss, pointer: state.rsp & mask(bits), bits: bits, isUser: isUser)
  }

  /// Pushes `values` in this order, each of `size` bytes: everything or nothing.
  mutating func push(_ values: [UInt64], size: Int, to stack: inout StackPointer)
    throws(ProcessorFault)
  {
    var pointer = stack.pointer
    var addresses: [UInt64] = []
    for _ in values {
      pointer = (pointer &- UInt64(size)) & mask(stack.bits)
      addresses.append(try stackAddress(stack, pointer, size, isWrite: true))
    }
    // One write of all that is contiguous, so that a page fault finds nothing written. Only a stack
    // pointer that wraps breaks a frame in two; that is left alone where there can be page faults.
    var frame: [UInt8] = []
    for value in values.reversed() { frame += bytes(value, size) }
    let first = addresses.last ?? 0
    let distance = UInt64(size * (values.count - 1))
    let isContiguous = (addresses.first ?? 0) >= distance && addresses.first == first &+ distance
    let kind = LinearAccess(kind: .write, isUser: stack.isUser)
    do throws(LinearFault) {
      if isContiguous {
        try access.write(first, frame, kind)
      } else {
        guard state.cr0 & (1 << 31) == 0 else { throw .notMemory }
        for (value, address) in zip(values, addresses) {
          try access.write(address, bytes(value, size), kind)
        }
      }
    } catch { throw ProcessorFault(error) }
    stack.pointer = pointer
  }

  /// Pops `count` values of `size` bytes: the first is the one on top.
  mutating func pop(_ count: Int, size: Int, from stack: inout StackPointer)
    throws(ProcessorFault) -> [UInt64]
  {
    var values: [UInt64] = []
    let kind = LinearAccess(kind: .read, isUser: stack.isUser)
    for _ in 0..<count {
      let address = try stackAddress(stack, stack.pointer, size, isWrite: false)
      do throws(LinearFault) {
        values.append(integer(try access.read(address, count: size, kind)))
      } catch { throw ProcessorFault(error) }
      stack.pointer = (stack.pointer &+ UInt64(size)) & mask(stack.bits)
    }
    return values
  }

  private func stackAddress(
    _ stack: StackPointer, _ pointer: UInt64, _ size: Int, isWrite: Bool
  ) throws(ProcessorFault) -> UInt64 {
    let fault = ProcessorFault.stackFault(stack.errorCode)
    if stack.bits == 64 {
      guard state.isCanonical(pointer), state.isCanonical(pointer &+ UInt64(size - 1)) else {
        throw fault
      }
      return try range(pointer, size)
    }
    guard stack.segment.holds(pointer, size) else { throw fault }
    return try range((stack.segment.base &+ pointer) & 0xFFFF_FFFF, size)
  }
}
