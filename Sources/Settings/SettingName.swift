import Commands
import Monitor
import Rendezvous

/// The keys of `config.yaml`, in the order of the default file.
public enum SettingName: String, Sendable, CaseIterable {
  case theme, color, glyphs, refresh, mouse
  case readOnly = "read-only"
  case view, grid
  case logFilter = "log-filter"
  case cpus, memory, policy, scenario
  case escapeKey = "escape-key"
  case keys

  /// One line for the default file and the manual.
  public var summary: String {
    switch self {
    case .theme: "a theme's name (see tryst themes), or a file's path"
    case .color: "colours: \(Settings.colors.joined(separator: ", "))"
    case .glyphs: "characters: \(Settings.glyphSets.joined(separator: ", "))"
    case .refresh: "samples and frames a second: \(words.joined(separator: ", "))"
    case .mouse: "on, or off: leave it to the terminal"
    case .readOnly: "on: nothing on the screen injects, types, stops or switches"
    case .view: "what is shown first: \(words.joined(separator: ", "))"
    case .grid: "vcpus as a grid of cells: on, off, auto (where they are many)"
    case .logFilter: "what the log shows, as typed after \\ there; empty: everything"
    case .cpus: "vcpus of the guest: 1 to 1024"
    case .memory: "memory in MiB, or auto: 16, of a kernel 256"
    case .policy: "rendezvous policy: \(words.joined(separator: ", "))"
    case .scenario: "what the demo guest does: \(words.joined(separator: ", "))"
    case .escapeKey: "takes the keyboard back from the guest; twice sends it"
    case .keys: "what keys do; a list has all the keys of an action, [] none"
    }
  }

  /// The words that are allowed; none where any word may be.
  public var words: [String] {
    switch self {
    case .color: Settings.colors
    case .glyphs: Settings.glyphSets
    case .refresh: MonitorModel.refreshRates.map(String.init)
    case .mouse, .readOnly: ["on", "off"]
    case .view: MonitorView.allCases.map(\.name)
    case .grid: ["auto", "on", "off"]
    case .policy: RendezvousPolicy.presets.map(\.preset)
    case .scenario: Scenario.allCases.map(\.name)
    case .theme, .logFilter, .cpus, .memory, .escapeKey, .keys: []
    }
  }

  /// The value as the file would give it; nil for ``keys``, which are many.
  public func text(in settings: Settings) -> String? {
    switch self {
    case .theme: settings.theme
    case .color: settings.color
    case .glyphs: settings.glyphs?.rawValue ?? "auto"
    case .refresh: String(settings.refreshHertz)
    case .mouse: settings.hasMouse ? "on" : "off"
    case .readOnly: settings.isReadOnly ? "on" : "off"
    case .view: settings.start.view.name
    case .grid: settings.start.hasGrid.map { $0 ? "on" : "off" } ?? "auto"
    case .logFilter: settings.start.logFilter
    case .cpus: String(settings.vcpus)
    case .memory: settings.memoryMebibytes.map { String($0) } ?? "auto"
    case .policy: settings.policy
    case .scenario: settings.scenario.name
    case .escapeKey: settings.keys.escapeKey.name
    case .keys: nil
    }
  }
}
