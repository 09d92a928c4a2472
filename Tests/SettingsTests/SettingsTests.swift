import Monitor
import Testing

@testable import Settings

/// The settings in a text.
func settings(_ text: String) throws(SettingsError) -> Settings {
  try SettingsFile.parse(Array(text.utf8), path: "c.yaml").settings
}

/// What is said of a text that must be refused.
func complaint(_ text: String) -> String { complaint(Array(text.utf8)) }

func complaint(_ bytes: [UInt8]) -> String {
  do throws(SettingsError) {
    _ = try SettingsFile.parse(bytes, path: "c.yaml")
    return "accepted"
  } catch {
    return error.description
  }
}

@Suite struct SettingsTests {
  @Test func readsEverything() throws {
    let file = try SettingsFile.parse(
      Array(
        """
        theme: tritsafe
        color: 256
        glyphs: ascii
        refresh: 20
        mouse: off
        read-only: yes
        view: timeline
        grid: on
        log-filter: rdv lag>100
        cpus: 64
        memory: 512
        policy: baseline
        scenario: init-storm
        escape-key: ^A
        keys:
          freeze: [Space, _]
          next-theme: F12
          timeline: {zoom-in-time: ["+"], faster: ["=", F11]}
        """.utf8), path: "c.yaml")
    let settings = file.settings
    #expect(settings.theme == "tritsafe" && settings.color == "256" && settings.glyphs == .ascii)
    #expect(settings.refreshHertz == 20 && !settings.hasMouse && settings.isReadOnly)
    #expect(settings.start.view == .timeline && settings.start.hasGrid == true)
    #expect(settings.start.logFilter == "rdv lag>100")
    #expect(settings.vcpus == 64 && settings.memoryMebibytes == 512)
    #expect(settings.policy == "baseline" && settings.scenario == .initStorm)
    let keys = settings.keys
    #expect(keys.escapeKey == .control("a"))
    #expect(keys.keys(of: .sendEscapeKey, in: .console) == [.control("a")])
    #expect(keys.keys(of: .freeze, in: .ipi) == [.character(" "), .character("_")])
    #expect(keys.keys(of: .nextTheme, in: .ipi) == [.function(12)])
    #expect(keys.keys(of: .zoomInTime, in: .timeline) == [.character("+")])
    #expect(keys.keys(of: .faster, in: .timeline) == [.character("="), .function(11)])
    #expect(keys.keys(of: .faster, in: .log) == [.character("+"), .character("=")])
    #expect(file.isThere && Set(file.places.keys) == Set(SettingName.allCases))
    #expect(file.places[.glyphs]?.line == 3 && file.places[.glyphs]?.column == 9)
    for name in SettingName.allCases where name != .keys {
      #expect(name.text(in: settings) != name.text(in: Settings()), "\(name)")
    }
  }

  @Test func theDefaultFileSaysTheDefaults() throws {
    let text = DefaultFile.text
    let file = try SettingsFile.parse(Array(text.utf8), path: "c.yaml")
    #expect(file.settings == Settings())
    #expect(Set(file.places.keys) == Set(SettingName.allCases))
    for action in Action.allCases { #expect(text.contains("\n  \(action.name):"), "\(action)") }
    for line in text.split(separator: "\n") { #expect(line.count <= 110, "\(line)") }
  }

  @Test func aChangedTableIsSaidByTheFileToo() throws {
    let table = try settings("keys: {freeze: [F12], log: {freeze: [F11]}, next-theme: []}").keys
    let text = (["keys:"] + DefaultFile.keys(table)).joined(separator: "\n")
    let again = try settings(text + "\n  next-theme: []\n").keys
    #expect(again == table)
  }

  @Test func nothingSaidIsTheDefault() throws {
    for text in ["", "\n\n", "# only\n  # comments\n", "keys: {}\n", "log-filter: \"\"\n"] {
      #expect(try settings(text) == Settings())
    }
    let file = try SettingsFile.load("none")
    #expect(file.settings == Settings() && !file.isThere && file.path == nil)
  }

  @Test(arguments: [
    ("theem: x", "c.yaml:1:1: unknown key 'theem' (did you mean 'theme'?); there are theme, "),
    ("color: 17", "c.yaml:1:8: '17' is no value of 'color' (did you mean '16'?); there are auto,"),
    ("refresh: 7", "c.yaml:1:10: '7' is no value of 'refresh'; there are 1, 2, 5, 10, 20, 30, 60"),
    ("cpus: 0", "c.yaml:1:7: 'cpus' is a number from 1 to 1024, not '0'"),
    ("cpus: 0x10", "c.yaml:1:7: 'cpus' is a number from 1 to 1024, not '0x10'"),
    ("memory: 1e9", "c.yaml:1:9: 'memory' is a number from 4 to 1048576, or auto, not '1e9'"),
    ("mouse: maybe", "c.yaml:1:8: 'maybe' is no value of 'mouse'; there are on, off"),
    ("theme:", "c.yaml:1:7: 'theme' is missing here"),
    ("theme: [a]", "c.yaml:1:8: 'theme' is a word, not a list"),
    ("- a", "c.yaml:1:1: a configuration is a mapping ('key: value'), not a list"),
    ("cpus: 2\ncpus: 3", "c.yaml:1:1: 'cpus' is given twice"),
    ("log-filter: lag>", "c.yaml:1:13: 'lag>' is no filter of the log: "),
    ("escape-key: x", "c.yaml:1:13: 'detach' is left without a key in 'attached', where letters"),
    ("keys: {freez: [f]}", "c.yaml:1:8: unknown action or view 'freez' (did you mean 'freeze'?)"),
    ("keys: {freeze: [Spce]}", "c.yaml:1:17: 'Spce' is no key (did you mean 'Space'?): no key is"),
    ("keys: {freeze: [f, F2, f]}", "c.yaml:1:24: 'f' stands twice in this list"),
    ("keys: {freeze: {x: y}}", "c.yaml:1:17: unknown view 'x'"),
    ("keys: {log: [x]}", "c.yaml:1:13: 'log' is a view; give it actions: 'log: {up: [k]}'"),
    ("keys: {log: {dow: [x]}}", "c.yaml:1:14: unknown action 'dow' (did you mean 'down'?)"),
    ("keys: {log: {sort-lanes: [x]}}", "c.yaml:1:14: 'sort-lanes' is nothing that 'log' can do; "),
    ("keys: {quit: []}", "c.yaml:1:8: 'quit' must have a key: without one there is no way out"),
    ("keys: {close: {help: []}}", "c.yaml:1:16: 'close' must have a key: without one"),
    ("keys: {help: {close: []}}", "c.yaml:1:15: 'close' must have a key: without one"),
    ("keys: {freeze: [^Z]}", "c.yaml:1:17: the terminal makes a signal of ^Z; only quit may"),
    (
      "keys: {freeze: [Space, t]}",
      "c.yaml:1:24: 't' is 'next-theme' in 'overview'; take it from there: 'overview: "
        + "{next-theme: []}'"
    ),
    (
      "keys: {close: [_]}",
      "c.yaml:1:16: 'close' is left without a key in 'search', where letters are typed; add one"
    ),
  ])
  func mistakesHaveAPlace(text: String, wanted: String) {
    let found = complaint(text)
    #expect(found.hasPrefix(wanted), "\(found)")
    #expect(!found.contains("\n"))
  }

  @Test func everythingThatIsWrongIsSaidAtOnce() {
    let lines = complaint("cpus: x\nkeys: {quit: []}\nmouse: x\n").split(separator: "\n")
    #expect(lines.map { $0.prefix(9) } == ["c.yaml:1:", "c.yaml:2:", "c.yaml:3:"])
  }

  @Test func whatOnlyUseShowsHasAPlaceToo() throws {
    let file = try SettingsFile.parse(Array("\ntheme: nonesuch\n".utf8), path: "c.yaml")
    #expect(
      file.problem("there is none", with: .theme)?.description
        == "c.yaml:2:8: theme: there is none")
    #expect(file.problem("x", with: .color) == nil)
  }
}
