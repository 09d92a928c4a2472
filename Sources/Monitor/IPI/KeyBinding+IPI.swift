extension KeyBinding {
  static let ipi: [KeyBinding] = [
    KeyBinding(
      [.ipi], .move, .zoomIn, [.enter], "Zoom",
      "zoom in; a cell of one pair: explain its last rendezvous"),
    KeyBinding([.ipi], .move, .zoomOut, [.backspace], nil, "zoom out"),
    KeyBinding([.ipi], .move, .up, [.up, .character("k")], nil, "the source above"),
    KeyBinding([.ipi], .move, .down, [.down, .character("j")], nil, "the source below"),
    KeyBinding(
      [.ipi], .move, .cellLeft, [.left, .character("h")], nil, "the destination to the left"),
    KeyBinding(
      [.ipi], .move, .cellRight, [.right, .character("l")], nil,
      "the one to the right; after the last: those to all"),
    KeyBinding([.ipi], .move, .pageUp, [.pageUp], nil, "a page of sources up"),
    KeyBinding([.ipi], .move, .pageDown, [.pageDown], nil, "a page of sources down"),
    KeyBinding([.ipi], .move, .home, [.home, .character("g")], nil, "to the first"),
    KeyBinding([.ipi], .move, .end, [.end, .character("G")], nil, "to the last"),
    KeyBinding(
      [.ipi], .display, .trafficPane, [.character("v")], "Panes",
      "matrix, vectors of the source, or modes of all sources"),
    KeyBinding(
      [.ipi], .display, .rateOrTotal, [.character("r")], "Rate/total",
      "per second over the last second, or since the start"),
    KeyBinding(
      [.ipi], .display, .busiestFirst, [.character("o")], "Top",
      "the busiest first: pairs as a list, sources in order"),
    KeyBinding(
      [.ipi], .display, .heatScale, [.character("n")], nil, "heat by decades or in equal steps"),
    KeyBinding(
      [.ipi], .display, .selfIPIs, [.character("z")], nil, "leave out IPIs to self, or count them"),
  ]
}
