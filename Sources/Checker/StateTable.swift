/// Every state that was seen, each once, numbered in the order of being seen: open addressing over one
/// array of 64-byte values.
struct StateTable {
  private(set) var states: [ModelState] = []
  /// A state's number plus 1; 0: free. A power of two of them, at most half of which are taken.
  private var slots: [UInt32]
  private var mask: Int

  init() {
    slots = Array(repeating: 0, count: 1 << 12)
    mask = slots.count - 1
    states.reserveCapacity(1 << 11)
  }

  var count: Int { states.count }
  subscript(number: Int) -> ModelState { states[number] }

  /// The number of `state`, and whether it was not there before.
  mutating func insert(_ state: ModelState) -> (number: Int, isNew: Bool) {
    var slot = Int(truncatingIfNeeded: state.mixed) & mask
    while slots[slot] != 0 {
      let number = Int(slots[slot]) - 1
      if states[number] == state { return (number, false) }
      slot = (slot + 1) & mask
    }
    states.append(state)
    slots[slot] = UInt32(states.count)
    if states.count * 2 > slots.count { grow() }
    return (states.count - 1, true)
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    mask = slots.count - 1
    for number in states.indices {
      var slot = Int(truncatingIfNeeded: states[number].mixed) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(number + 1)
    }
  }
}
