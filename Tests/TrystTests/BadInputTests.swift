import Foundation
import Testing

/// Whatever is wrong: one line that says what and what to do, and a status from sysexits(3).
@Suite(.ownThread, .timeLimit(.minutes(2))) struct BadInputTests {
  /// Arguments, the status, and words of the one line.
  private static let cases: [(arguments: [String], status: Int32, words: [String])] = [
    (["--cpus", "0"], 64, ["--cpus 0", "1 to 1024"]),
    (["--cpus", "5000"], 64, ["--cpus 5000", "1 to 1024"]),
    (["--cpus", "1025"], 64, ["--cpus 1025", "1 to 1024"]),
    (["--cpus", "256", "--no-x2apic"], 64, ["--cpus 256", "1 to 255", "without x2APIC"]),
    (["--cpus", "1024", "--memory", "5"], 64, ["--memory 5", "6 to 3072", "1024 vcpus"]),
    (["--cpus", "abc"], 64, ["abc", "--cpus"]),
    (["--cpus", "-1"], 64, ["--cpus"]),
    (["--memory", "1"], 64, ["--memory 1", "4 to 3072"]),
    (["--memory", "4096"], 64, ["--memory 4096", "4 to 3072"]),
    (["--scenario", "nap"], 64, ["--scenario 'nap'", "init-storm"]),
    (["--policy", "best"], 64, ["--policy 'best'", "baseline, strict", "landed"]),
    (["--format", "xml"], 64, ["xml", "--format", "json"]),
    (["--frobnicate"], 64, ["--frobnicate"]),
    (["stray"], 66, ["kernel stray", "no such file"]),
    (["--for", "nonsense"], 64, ["--for 'nonsense'", "3s"]),
    (["--for", "0"], 64, ["--for '0'"]),
    (["--for", "-3s"], 64, ["--for"]),
    (["--for", "nan"], 64, ["--for 'nan'"]),
    (["--for", "inf"], 64, ["--for 'inf'"]),
    (["--color", "pink"], 64, ["--color 'pink'", "auto"]),
    (["--glyphs", "runes"], 64, ["--glyphs 'runes'", "ascii"]),
    (["--inject", "smi to 0"], 64, ["--inject 'smi to 0'", "begin with fixed, nmi"]),
    (["--inject", "nmi to 4"], 64, ["--inject 'nmi to 4'", "this guest has vcpus 0-3"]),
    (["--refresh", "7"], 64, ["--refresh 7", "10"]),
    (["--theme", "neon"], 78, ["neon", "midnight, nightsafe"]),
    (["--theme", "/nonexistent/theme.yaml"], 66, ["/nonexistent/theme.yaml", "no such file"]),
    (["--device", "/nonexistent"], 69, ["open /nonexistent", "no such file", "modprobe"]),
    (["--device", "/dev/null"], 69, ["open /dev/null", "check that it is the KVM device"]),
    (["--device", "/"], 69, ["open /", "check that it is the KVM device"]),
  ]

  @Test(arguments: cases.indices) func refused(_ index: Int) async throws {
    let (arguments, status, words) = Self.cases[index]
    let run = try await Run.tryst(["run", "--headless", "--for", "1s"] + arguments)
    #expect(run.status == status, "\(arguments)")
    #expect(run.output.isEmpty, "\(arguments)")
    #expect(run.complaints.count == 1, "\(run.error)")
    #expect(run.error.hasPrefix("tryst: "), "\(run.error)")
    for word in words { #expect(run.error.contains(word), "\(run.error)") }
  }

  @Test func brokenThemeNamesThePlace() async throws {
    let file = NSTemporaryDirectory() + "tryst-theme-" + UUID().uuidString + ".yaml"
    defer { unlink(file) }
    _ = FileManager.default.createFile(
      atPath: file, contents: Data("name: broken\nrules:\n  ui.text: {fg: [1}\n".utf8))
    let run = try await Run.tryst(["run", "--headless", "--theme", file])
    #expect(run.status == 78)
    #expect(run.output.isEmpty)
    #expect(run.error.contains("\(file):3:"), "\(run.error)")
    #expect(run.complaints.count == 1)
  }

  /// The device is there, but not for us: a file that only its owner may open, and another user.
  @Test func deviceWithoutPermission() async throws {
    let file = NSTemporaryDirectory() + "tryst-device-" + UUID().uuidString
    defer { unlink(file) }
    _ = FileManager.default.createFile(
      atPath: file, contents: nil, attributes: [.posixPermissions: 0])
    let command = [Program.path, "run", "--headless", "--for", "1s", "--device", file]
    let run: Run
    if getuid() == 0 {
      run = try await Run.program(
        "/usr/bin/setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "--"] + command)
    } else {
      run = try await Run.tryst(Array(command.dropFirst()))
    }
    #expect(run.status == 69)
    #expect(run.output.isEmpty)
    #expect(
      run.error
        == "tryst: open \(file): permission denied; add yourself to group kvm "
        + "(sudo usermod -aG kvm $USER), then log in again\n")
  }

  @Test func closedOutput() async throws {
    let run = try await Run.program(
      "/bin/sh", ["-c", "exec '\(Program.path)' run --headless --for 100ms >&-"])
    #expect(run.status == 69)
    #expect(
      run.error
        == "tryst: standard output is closed; let it go to a terminal, a pipe or a file\n")
  }

  @Test(.needsKVM) func fullOutput() async throws {
    let run = try await Run.program(
      "/bin/sh", ["-c", "exec '\(Program.path)' run --headless --for 100ms >/dev/full"])
    #expect(run.status == 69)
    #expect(run.error.hasPrefix("tryst: write standard output: "))
    #expect(run.complaints.count == 1)
  }

  @Test(.needsKVM) func readerGone() async throws {
    // head ends at once, long before the report.
    let run = try await Run.program(
      "/bin/bash",
      ["-c", "'\(Program.path)' run --headless --for 500ms | head -c0; exit ${PIPESTATUS[0]}"])
    #expect(run.status == 141)
    #expect(run.complaints.count <= 1)
  }

  @Test func askedForText() async throws {
    for arguments in [["--help"], ["--version"], ["run", "--help"], ["themes"]] {
      let run = try await Run.tryst(arguments)
      #expect(run.status == 0)
      #expect(!run.output.isEmpty)
      #expect(run.error.isEmpty)
      // "see tryst --help" ends every complaint about an option: so it must list them.
      if arguments.contains("--help") { #expect(run.output.contains("--scenario")) }
    }
  }
}
