import Glibc
import Testing

@testable import Themes

/// A watch with a clock of its own.
final class Looker {
  private var watch: ThemeWatch
  private var now: UInt64 = 1_000

  init(_ files: [String]) { watch = ThemeWatch(files: files) }

  /// Whether a change is reported so many milliseconds after the last look.
  func changed(after milliseconds: UInt64) -> Bool {
    now += milliseconds * 1_000_000
    return watch.hasChanged(now: now)
  }
}

@Suite struct WatchTests {
  private static let text = "theme: 1\nname: mine\ninherits: parent\n"

  private func directory() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try directory.write("mine.yaml", Self.text)
    try directory.write("parent.yaml", "theme: 1\nname: parent\ninherits: midnight\n")
    return directory
  }

  @Test func aChangeIsReportedOnceItHasSettled() throws {
    let directory = try directory()
    let parsed = try ThemeCatalog(directories: [directory.path]).read("mine")
    #expect(
      parsed.files == [
        "\(directory.path)/mine.yaml", "\(directory.path)/parent.yaml", "built-in midnight",
      ])
    let watch = Looker(parsed.files)
    #expect(!watch.changed(after: 0))
    // The parent counts, too.
    try directory.write("parent.yaml", "theme: 1\nname: parent\n")
    #expect(!watch.changed(after: 100), "not looked at more than twice a second")
    #expect(!watch.changed(after: 400), "seen, perhaps not yet whole")
    try directory.write("parent.yaml", "theme: 1\nname: parent\nappearance: light\n")
    #expect(!watch.changed(after: 100), "changed again")
    #expect(!watch.changed(after: 50))
    #expect(watch.changed(after: 50))
    for _ in 1...2 { #expect(!watch.changed(after: 1_000)) }
  }

  @Test func aReplacedFileIsSeenAndAMissingOneWaitedFor() throws {
    let directory = try directory()
    let path = "\(directory.path)/mine.yaml"
    let watch = Looker([path])
    #expect(!watch.changed(after: 0))
    #expect(unlink(path) == 0)
    for _ in 1...5 { #expect(!watch.changed(after: 1_000)) }
    // As editors do: a new file under the old name.
    try directory.write("new.yaml", Self.text)
    #expect(rename("\(directory.path)/new.yaml", path) == 0)
    #expect(!watch.changed(after: 1_000))
    #expect(watch.changed(after: 100))
    #expect(!watch.changed(after: 1_000))
  }

  @Test func builtInThemesDoNotChange() {
    let watch = Looker(["built-in midnight"])
    #expect(!watch.changed(after: 0) && !watch.changed(after: 10_000))
  }
}
