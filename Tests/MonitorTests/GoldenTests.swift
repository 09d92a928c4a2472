import FoundationEssentials
import Testing

@testable import Monitor

/// Pictures that were looked at. `TRYST_WRITE_GOLDENS=1 swift test --filter Golden` writes them anew.
@Suite struct GoldenTests {
  static let writes = ProcessInfo.processInfo.environment["TRYST_WRITE_GOLDENS"] == "1"

  static func check(_ frame: Frame, _ name: String, file: String = #filePath) throws {
    try check(text: frame.text + "\n", name, file: file)
  }

  static func check(text: String, _ name: String, file: String = #filePath) throws {
    let folder = file.split(separator: "/").dropLast().joined(separator: "/")
    let path = "/\(folder)/Goldens/\(name).txt"
    if writes {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return
    }
    let golden = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text == golden, "\(name) differs from its golden file")
  }

  static let sizes = [(80, 24), (120, 40), (200, 60)]

  @Test(arguments: [1, 4, 64, 255], GlyphSet.goldens)
  func overview(vcpus: Int, glyphs: GlyphSet) throws {
    var model = Fixture.model(vcpus: vcpus)
    for (width, height) in Self.sizes {
      model.resize(width: width, height: height)
      let name = "overview-\(width)x\(height)-\(vcpus)-\(glyphs.goldenName)"
      try Self.check(model.frame(glyphs: glyphs), name)
    }
  }

  @Test(arguments: [("i", "inject"), ("?", "help"), ("p", "policy"), ("S", "scenario")])
  func dialogs(key: String, name: String) throws {
    var model = Fixture.model(vcpus: 4)
    for scalar in key.unicodeScalars {
      // The inject dialog looks closely at its target.
      let expected: [MonitorEffect] = scalar == "i" ? [.watch(vcpu: 0)] : []
      #expect(model.handle(.character(scalar)) == expected)
    }
    try Self.check(model.frame(glyphs: .unicode), "\(name)-80x24")
  }

  /// The console beside the others, alone, taking the keyboard, and searched.
  @Test(arguments: [(80, 24), (120, 40)])
  func consolePane(width: Int, height: Int) throws {
    var model = Fixture.model(vcpus: 4, width: width, height: height)
    var boot = Fixture.snapshot(vcpus: 4, step: 41)
    boot.console = Array(
      """
      \r\n[    0.000000] Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org) (gcc-12)\r
      [    0.512003] smp: Brought up 1 node, 4 CPUs\r
      \u{1b}[32m[  OK  ]\u{1b}[m Started getty.\r
      ~ # cat /proc/cpuinfo | grep -c processor\r\n4\r\n~ #\u{20}
      """.utf8)
    model.absorb(boot)
    for _ in 0..<2 { _ = model.handle(.tab) }
    let size = "\(width)x\(height)"
    try Self.check(model.frame(glyphs: .unicode), "console-\(size)")
    _ = model.handle(.enter)
    try Self.check(model.frame(glyphs: .unicode), "console-attached-\(size)")
    _ = model.handle(.control("]"))
    _ = model.handle(.character("e"))
    for scalar in "/round".unicodeScalars { _ = model.handle(.character(scalar)) }
    try Self.check(model.frame(glyphs: .ascii), "console-find-\(size)-ascii")
    for key in [Key.enter, .character("n")] { _ = model.handle(key) }
    try Self.check(model.frame(glyphs: .unicode), "console-found-\(size)")
  }

  @Test func everythingThatTheHeaderWarnsOf() throws {
    var model = Fixture.model(vcpus: 4)
    model.isTerminalSlow = true
    var last = Fixture.snapshot(vcpus: 4, step: 41)
    last.droppedEvents = 12
    last.rendezvous.missingMembers = 2
    last.guestEnded = "triple fault on vcpu2 at rip 0x100040"
    model.absorb(last)
    _ = model.handle(.character(" "))
    try Self.check(model.frame(glyphs: .unicode), "ended-80x24")
  }

  @Test func tiny() throws {
    var model = Fixture.model(vcpus: 4)
    model.resize(width: 32, height: 7)
    try Self.check(model.frame(glyphs: .unicode), "tiny-32x7")
    model.resize(width: 40, height: 8)
    try Self.check(model.frame(glyphs: .unicode), "overview-40x8")
  }
}
