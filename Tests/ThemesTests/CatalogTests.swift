import Glibc
import Testing

@testable import Themes

/// A directory that goes away with the test.
final class TemporaryDirectory {
  let path: String

  init() throws {
    var template = Array("/tmp/tryst-themes-XXXXXX".utf8CString)
    path = String(cString: try #require(mkdtemp(&template)))
  }

  deinit {
    for name in ThemeFiles.names(in: path) { unlink("\(path)/\(name).yaml") }
    rmdir(path)
  }

  func write(_ name: String, _ text: String) throws {
    let file = try #require(fopen("\(path)/\(name)", "w"))
    defer { fclose(file) }
    #expect(fputs(text, file) >= 0)
  }
}

@Suite struct CatalogTests {
  @Test func directoriesFollowTheEnvironment() {
    let set = ["XDG_CONFIG_HOME": "/c", "XDG_DATA_DIRS": "/d:relative:/e", "HOME": "/h"]
    #expect(
      ThemeCatalog.directories(variable: { set[$0] }, programDirectory: "/x/bin") == [
        "/c/tryst/themes", "/d/tryst/themes", "/e/tryst/themes", "/x/bin/../share/tryst/themes",
      ])
    #expect(
      ThemeCatalog.directories(
        variable: { ["HOME": "/h", "XDG_CONFIG_HOME": "not/absolute"][$0] }, programDirectory: nil)
        == [
          "/h/.config/tryst/themes", "/usr/local/share/tryst/themes", "/usr/share/tryst/themes",
        ])
  }

  @Test func aUsersThemeComesFirstAndMayInheritItsNamesake() throws {
    let directory = try TemporaryDirectory()
    try directory.write(
      "dark.yaml", "theme: 1\nname: dark\ninherits: dark\nroles: {graph: {fg: red}}\n")
    try directory.write("mine.yaml", "theme: 1\nname: mine\ninherits: dark\n")
    let catalog = ThemeCatalog(directories: ["/nonexistent", directory.path])
    #expect(catalog.names == BuiltinThemes.names + ["dark", "mine"])
    let mine = try catalog.load("mine")
    #expect(mine.style(of: .graph).foreground == .ansi(.red))
    #expect(mine.style(of: .stateFault) == Theme.standard.style(of: .stateFault))
    #expect(try catalog.load("\(directory.path)/mine.yaml") == mine)
  }

  @Test func circlesEnd() throws {
    let directory = try TemporaryDirectory()
    try directory.write("a.yaml", "theme: 1\nname: a\ninherits: b\n")
    try directory.write("b.yaml", "theme: 1\nname: b\ninherits: a\n")
    let catalog = ThemeCatalog(directories: [directory.path])
    #expect {
      try catalog.load("a")
    } throws: { error in
      "\(error)".contains("a.yaml:3:11: cannot inherit: ") && "\(error)".contains("no theme 'a'")
    }
  }

  @Test func longChainsEnd() throws {
    let directory = try TemporaryDirectory()
    for number in 0..<20 {
      try directory.write("t\(number).yaml", "theme: 1\nname: t\ninherits: t\(number + 1)\n")
    }
    let catalog = ThemeCatalog(directories: [directory.path])
    #expect(throws: ThemeError.self) { try catalog.load("t0") }
  }

  @Test func errorsSayWhatToExit() throws {
    let catalog = ThemeCatalog(directories: [])
    do throws(ThemeError) {
      _ = try catalog.load("drak")
      Issue.record("accepted")
    } catch {
      #expect(error.exitCode == 78)
      #expect(
        error.description
          == "there is no theme 'drak' (did you mean 'dark'?); known are: midnight, nightsafe, "
          + "daysafe, tritsafe, contrast-dark, contrast-light, terminal, mono")
    }
    do throws(ThemeError) {
      _ = try catalog.load("/nonexistent/x.yaml")
      Issue.record("accepted")
    } catch {
      #expect(error.exitCode == 66)
      #expect(error.description == "/nonexistent/x.yaml: there is no such file")
    }
    do throws(ThemeError) {
      _ = try catalog.load("/tmp/")
      Issue.record("accepted")
    } catch {
      #expect(error.exitCode == 78)
      #expect(error.description == "/tmp/: not a file")
    }
  }

  @Test func aFIFOIsNotWaitedFor() throws {
    let directory = try TemporaryDirectory()
    #expect(mkfifo("\(directory.path)/pipe.yaml", 0o600) == 0)
    let catalog = ThemeCatalog(directories: [directory.path])
    #expect(throws: ThemeError.self) { try catalog.load("pipe") }
  }

  @Test func namesAreNoPaths() throws {
    let directory = try TemporaryDirectory()
    try directory.write("x.yaml", "theme: 1\nname: x\ninherits: ../x\n")
    #expect(throws: ThemeError.self) { try ThemeCatalog(directories: [directory.path]).load("x") }
  }
}
