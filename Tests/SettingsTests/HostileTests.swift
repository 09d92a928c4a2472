import Glibc
import Testing

@testable import Settings

/// Files that nobody means well with: settings or an error, never a trap, never a wait.
@Suite(.timeLimit(.minutes(1))) struct HostileTests {
  @Test func whatIsNoTextIsRefused() {
    #expect(complaint([0xff, 0xfe]).hasPrefix("c.yaml:1:1: not UTF-8"))
    #expect(complaint("cpus: 2\u{0}").hasPrefix("c.yaml:1:8: a control character (U+0000)"))
    #expect(
      complaint([UInt8](repeating: 0x23, count: 300_000))
        == "c.yaml: the file is larger than 256 KiB; a configuration has a few")
    let deep = "keys: " + String(repeating: "[", count: 5_000)
    #expect(complaint(deep).contains("nested too deeply for a configuration"))
    let bomb = "a: &a [x, x]\nb: &b [*a, *a]\ncpus: *b\n"
    #expect(complaint(bomb).contains("a configuration takes no YAML aliases"))
    #expect(complaint("cpus: \"").hasPrefix("c.yaml:"))
  }

  @Test func whatIsNoFileIsRefused() throws {
    func complaint(_ path: String) -> String {
      do throws(SettingsError) {
        _ = try SettingsFile.load(path)
        return "accepted"
      } catch { return "\(error.exitCode) \(error)" }
    }
    #expect(complaint("/").hasPrefix("78 /: not a file"))
    #expect(complaint("/dev/zero").hasPrefix("78 /dev/zero: not a file"))
    #expect(complaint("/nonexistent/c.yaml").hasPrefix("66 "))
    #expect(complaint("/a\u{0}b").hasPrefix("66 "))
    let fifo = "/tmp/tryst-settings-\(getpid()).fifo"
    #expect(mkfifo(fifo, 0o600) == 0)
    defer { unlink(fifo) }
    #expect(complaint(fifo).hasPrefix("78 \(fifo): not a file"))
  }

  private static let values = [
    "", "~", "[]", "{}", "[[]]", "{a: {b: c}}", "{[]: {}}", "{? : }", "&a b", "*a", "!!binary x",
    "99999999999999999999", "-1", "\"\\U0010FFFF\"", "\"\\0\"", "[^@, ^^]", "[C-C-C-Up]", "[F99]",
    "on", "auto", "\u{202e}", "é\u{301}", "|", "- - -", "%YAML 9", "<<: *a", "[Space, Space]",
    "{all: [F2]}", "{log: [F2], attached: [x]}", "[Esc]", "[q]", "[\"\"]", "ascii", "4",
  ]

  @Test func wrongValuesNeverTrap() {
    let lines = DefaultFile.text.split(separator: "\n").map(String.init)
    var random: UInt64 = 0x2545_f491_4f6c_dd1d
    func next(_ count: Int) -> Int {
      random ^= random << 13
      random ^= random >> 7
      random ^= random << 17
      return Int(random % UInt64(count))
    }
    var (accepted, refused) = (0, 0)
    for _ in 0..<120 {
      var text = lines
      for _ in 0...next(2) {
        let place = next(text.count)
        if next(4) == 0 {
          text.swapAt(place, next(text.count))
        } else {
          text[place] =
            text[place].prefix { $0 != ":" } + ": " + Self.values[next(Self.values.count)]
        }
      }
      let found = complaint(text.joined(separator: "\n"))
      if found == "accepted" { accepted += 1 } else { refused += 1 }
      #expect(found == "accepted" || found.hasPrefix("c.yaml:"))
    }
    #expect(accepted > 5 && refused > 40)
  }
}
