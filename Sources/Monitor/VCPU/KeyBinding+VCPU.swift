extension KeyBinding {
  static let vcpu: [KeyBinding] = [
    KeyBinding(
      [.vcpu], .move, .previousVCPU, [.character("h"), .left], "Prev", "the vcpu before this one"),
    KeyBinding([.vcpu], .move, .nextVCPU, [.character("l"), .right], "Next", "the next vcpu"),
    KeyBinding([.vcpu], .move, .home, [.home], nil, "the first vcpu"),
    KeyBinding([.vcpu], .move, .end, [.end], nil, "the last vcpu"),
    KeyBinding(
      [.vcpu], .display, .markChanges, [.character("d")], "Marks",
      "mark with * registers that changed between two exits"),
    KeyBinding(
      [.vcpu], .display, .showMore, [.character("m")], "More",
      "LVT, ICR, counters, flags: where they have no room"),
    KeyBinding(
      [.vcpu], .move, .up, [.up, .character("k")], nil, "up: scroll the events or the page"),
    KeyBinding([.vcpu], .move, .down, [.down, .character("j")], nil, "down"),
    KeyBinding([.vcpu], .move, .pageUp, [.pageUp], nil, "a page up"),
    KeyBinding([.vcpu], .move, .pageDown, [.pageDown], nil, "a page down"),
    KeyBinding(
      [.vcpu], .views, .openEntry, [.enter], "Explain",
      "explain the first rendezvous among the events shown"),
  ]
}
