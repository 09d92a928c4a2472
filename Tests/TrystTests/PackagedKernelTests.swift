import Foundation
import Testing

/// Kernels of Debian packages that everybody has, booted and used at a terminal as a person would.
/// Tests/Hosts/packages does the same on kvm_amd.
@Suite(.serialized, .needsKVM, .ownThread, .timeLimit(.minutes(15))) struct PackagedKernelTests {
  /// Runs `kernel` at a terminal for the time of `body`, after which the guest has to have reset the
  /// machine; gives the report.
  private static func boot(
    _ kernel: PackagedKernel, _ options: [String], body: (Tmux) async throws -> Void
  ) async throws -> HeadlessReport {
    let path = NSTemporaryDirectory() + "tryst-kernel-" + UUID().uuidString
    defer { unlink(path) }
    // The terminal is the guest's alone: what tryst says goes to a file.
    let command =
      ["bash", "-c", "\"$0\" \"$@\" 2> \(path)", Program.path, "run", kernel.path]
      + ["--headless", "--serial", "stdio", "--format", "json", "--no-reboot"] + options
    try await Tmux.with(command, columns: 100, rows: 30) { terminal in
      try await body(terminal)
      let status = try await awaiting("the end", seconds: Self.patience) { terminal.status() }
      #expect(status == 0)
    }
    let said = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    let json = try #require(said.split(separator: "\n").first { $0.hasPrefix("{") }, "\(said)")
    return try JSONDecoder().decode(HeadlessReport.self, from: Data(json.utf8))
  }

  /// In seconds: kvm_pvm interprets a kernel's code, some three million instructions a second.
  private static let patience: Double = 420

  /// Four processors, three of which the first one starts, test memory.
  @Test(.needs(.memtest)) func memtest() async throws {
    let options = ["--cpus", "4", "--memory", "16", "--append", "console=ttyS0,115200"]
    let report = try await Self.boot(.memtest, options) { terminal in
      try await terminal.wait("the title", seconds: Self.patience) { screen in
        screen.lines.contains { $0.contains("Memtest86+ v") }
      }
      try await terminal.wait("four processors", seconds: Self.patience) {
        $0.contains("CPU: 4 Cores 4 Threads") && $0.contains("SMP: 4T")
      }
      try await terminal.wait("the first step", seconds: Self.patience) {
        $0.contains("Using: Core #") || $0.contains("Using: All Cores")
      }
      // The guest's "exit", which is a reset.
      try await terminal.press("Escape")
    }
    #expect(report.guest.vcpus == 4)
    #expect(report.guest.ended.hasPrefix("the guest reset the machine"))
    // Each step begins with a meeting of all processors.
    for vcpu in report.vcpus.dropFirst() {
      #expect(vcpu.startups >= 1)
      #expect(vcpu.guestNanoseconds > 0)
    }
  }

  /// Enters the command line while iPXE offers it, and has a command answered.
  @Test(.needs(.ipxe)) func ipxe() async throws {
    let report = try await Self.boot(.ipxe, ["--cpus", "1"]) { terminal in
      // The offer stands for two seconds of the guest's, which a busy host lets pass before the key comes: it is
      // pressed ahead of it. More of them only move the cursor at the prompt.
      _ = try await awaiting("the prompt", seconds: Self.patience) { () -> Bool? in
        let screen = try await terminal.screen()
        if screen.contains("iPXE>") { return true }
        if screen.contains("initialising devices") { try await terminal.press("C-b") }
        return nil
      }
      // The answer is not in the question, whose echo is on the screen as well.
      try await terminal.type("echo a guest of ${platform}")
      try await terminal.press("Enter")
      try await terminal.wait("the answer", seconds: Self.patience) {
        $0.contains("a guest of pcbios")
      }
      try await terminal.type("reboot")
      try await terminal.press("Enter")
    }
    #expect(report.guest.ended.hasPrefix("the guest reset the machine"))
  }
}

/// A kernel that a package installs.
enum PackagedKernel: String {
  case memtest = "memtest86+x64.bin"
  case ipxe = "ipxe.lkrn"

  var path: String { "/boot/" + rawValue }
  /// The package in Debian and Ubuntu.
  var package: String {
    switch self {
    case .memtest: "memtest86+"
    case .ipxe: "ipxe"
    }
  }

  /// Whether it is installed; says so where it is not.
  var isInstalled: Bool {
    if access(path, R_OK) == 0 { return true }
    FileHandle.standardError.write(Data("SKIPPED: no \(path)\n".utf8))
    return false
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips, and says so, where a package's kernel is not installed.
  static func needs(_ kernel: PackagedKernel) -> Self {
    .enabled(
      if: kernel.isInstalled,
      "SKIPPED: no \(kernel.path): apt install \(kernel.package)")
  }
}
