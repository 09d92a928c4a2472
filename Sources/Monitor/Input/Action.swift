/// What a key does; the help texts of the key table say it in full.
public enum Action: Sendable, Hashable, CaseIterable {
  case quit, help, close
  case freeze, olderMoment, newerMoment, takeSample, stopOrContinue, choosePolicy, chooseScenario,
    openInject, rendezvousAll
  case faster, slower, nextTheme
  case toggleGrid, colorBy, left, right
  case up, down, pageUp, pageDown, home, end
  case nextPane, previousPane, zoom
  case apply, inject
  case attach, detach, sendEscapeKey, openSearch, findOlder, findNewer
  case showOverview, showTimeline, showIPI, showVCPU, showInterrupts, showConsole, showLog,
    showPolicies
  case nextView, previousView
  case openPalette, completeCommand
  case saveView, copySelection, nextGlyphs
  // Timeline.
  case previousRendezvous, nextRendezvous, panEarlier, panLater, zoomInTime, zoomOutTime,
    switchTimeScale, sortLanes, onlyLateLanes, switchTimelinePart, openLane
  // IPI matrix.
  case cellLeft, cellRight, zoomIn, zoomOut, rateOrTotal, heatScale, trafficPane, busiestFirst,
    selfIPIs
  // vCPU.
  case previousVCPU, nextVCPU, markChanges, showMore
  // Log.
  case editFilter, openEntry
  // Interrupts.
  case pulsePin, togglePin, maskPin, editEntry, showUsedPins
  // Injections.
  case olderInjection, newerInjection, stopRepeating
  // Policies.
  case showReview
  // The line that tells of an incident.
  case lookAtIncident, dismissIncident
  // Comparisons.
  case openCompare, runComparison, endComparison, switchPage, chooseVCPUs, chooseExperiment,
    allowUnsafe, choosePolicyA, choosePolicyB, previousPolicyA, previousPolicyB
  // Dialogs.
  case nextField, previousField, nextChoice, previousChoice, erase, clear
}

/// Where keys go: what is on top of the screen.
public enum InputContext: Sendable, Hashable, CaseIterable {
  /// The panes.
  case overview
  /// The panes, the console having the focus.
  case console
  /// The console, the keyboard being the guest's.
  case attached
  /// What to find in the console is being typed.
  case search
  /// The timeline of rendezvous.
  case timeline
  /// The IPI matrix.
  case ipi
  /// One vcpu.
  case vcpu
  /// The interrupt controllers.
  case interrupts
  /// The log alone.
  case log
  /// What the log shows is being typed.
  case filter
  /// The policies.
  case policies
  /// Policies beside each other, as a table.
  case compare
  /// Two machines side by side.
  case pair
  /// The inject dialog.
  case inject
  /// The policy or scenario chooser.
  case chooser
  /// The help screen.
  case help
  /// What to find in the help is being typed.
  case helpSearch
  /// A command is being typed.
  case palette
  /// A page over the view.
  case page
  /// A view, and the line over it that tells of an incident: its keys come first.
  case incident

  /// The name on the help screen.
  var title: String {
    switch self {
    case .overview: "overview"
    case .console: "console"
    case .attached: "keyboard of the guest"
    case .search: "find in the console"
    case .timeline: "timeline"
    case .ipi: "IPI matrix"
    case .vcpu: "vCPU"
    case .interrupts: "interrupts"
    case .log: "log"
    case .filter: "filter of the log"
    case .policies: "policies"
    case .compare: "comparison"
    case .pair: "A|B"
    case .inject: "inject dialog"
    case .chooser: "chooser"
    case .help: "help"
    case .helpSearch: "search in the help"
    case .palette: "commands"
    case .page: "page"
    case .incident: "line that tells of an incident"
    }
  }
}
