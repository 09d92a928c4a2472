/// The parts of the overview that take the focus, in the order of Tab.
enum Pane: Int, CaseIterable, Sendable {
  case vcpus, counters, console, log

  /// The pane `step` further, round and round.
  func moved(_ step: Int) -> Pane {
    let all = Pane.allCases
    return all[(rawValue + step + all.count) % all.count]
  }
}
