extension KeyBinding {
  static let timeline: [KeyBinding] = [
    KeyBinding(
      [.timeline], .move, .previousRendezvous, [.character("[")], "Prev",
      "the rendezvous before, also while the lanes have the focus"),
    KeyBinding(
      [.timeline], .move, .nextRendezvous, [.character("]")], "Next",
      "the rendezvous after; after the newest it follows"),
    KeyBinding(
      [.timeline], .move, .switchTimelinePart, [.character("l")], "Lanes",
      "arrows move over the lanes, or over the list again"),
    KeyBinding(
      [.timeline], .display, .zoomInTime, [.character("z")], nil,
      "half the time, about the selected lane's arrival"),
    KeyBinding([.timeline], .display, .zoomOutTime, [.character("Z")], nil, "twice the time"),
    KeyBinding([.timeline], .move, .panEarlier, [.left], nil, "a quarter earlier, when zoomed"),
    KeyBinding([.timeline], .move, .panLater, [.right], nil, "a quarter later, when zoomed"),
    KeyBinding(
      [.timeline], .display, .switchTimeScale, [.character("x")], nil,
      "the time logarithmic, or linear again"),
    KeyBinding(
      [.timeline], .display, .sortLanes, [.character("s")], nil,
      "lanes by number, or the last to come first"),
    KeyBinding(
      [.timeline], .display, .onlyLateLanes, [.character("f")], nil,
      "only stragglers and bystanders, or all lanes again"),
    KeyBinding(
      [.timeline], .views, .openLane, [.enter], "Explain",
      "explain the rendezvous, a page; from a lane to its vcpu"),
    KeyBinding(
      [.timeline], .move, .up, [.up, .character("k")], nil, "the rendezvous or lane above"),
    KeyBinding(
      [.timeline], .move, .down, [.down, .character("j")], nil, "the rendezvous or lane below"),
    KeyBinding([.timeline], .move, .pageUp, [.pageUp], nil, "a page up"),
    KeyBinding([.timeline], .move, .pageDown, [.pageDown], nil, "a page down"),
    KeyBinding(
      [.timeline], .move, .home, [.home, .character("g")], nil, "the oldest kept, or the first lane"
    ),
    KeyBinding(
      [.timeline], .move, .end, [.end, .character("G")], nil,
      "follow the newest again, or the last lane"),
  ]
}
