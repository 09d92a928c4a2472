/// For a recording that goes back in time: a screen kept apart from what scrolled off it, which a later
/// terminal has too.
extension TerminalEmulator {
  /// The same terminal without its scroll-back; its lines keep their numbers. About 8 bytes for each cell of
  /// its screens.
  public var withoutScrollBack: TerminalEmulator {
    var copy = self
    copy.state.scrollBack = ScrollBack(limit: state.scrollBack.limit, dropped: screenTop)
    return copy
  }

  /// The same terminal with those lines of the scroll-back of `later` that it does not have itself: a later
  /// state of the same one, which took the same bytes and more.
  public func withScrollBack(of later: TerminalEmulator) -> TerminalEmulator {
    let own = state.scrollBack
    let first = later.state.scrollBack.dropped
    guard first < own.dropped else { return self }
    var scrollBack = ScrollBack(limit: own.limit, dropped: first)
    for number in first..<own.dropped {
      scrollBack.append(later.state.scrollBack.line(number) ?? TerminalLine(columns: 0))
    }
    for number in own.dropped..<(own.dropped + own.count) {
      scrollBack.append(own.line(number) ?? TerminalLine(columns: 0))
    }
    var copy = self
    copy.state.scrollBack = scrollBack
    return copy
  }
}
