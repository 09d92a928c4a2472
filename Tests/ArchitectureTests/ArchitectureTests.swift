import Testing

/// The rules of the house that a compiler does not enforce.
@Suite struct ArchitectureTests {
  /// What each room may import of ours and of the outside (architecture.md, "The rooms"). Swift's own
  /// `Synchronization` and `Glibc` are open to all but the rooms that are pure.
  private static let rooms: [String: Set<String>] = [
    "Threads": ["CKVM", "Glibc", "Synchronization"],
    "KVM": ["CKVM", "Glibc", "Synchronization"],
    "Rendezvous": ["Threads", "Synchronization"],
    "Interrupts": ["Rendezvous"],
    "Devices": [],
    "Boot": [],
    "Emulation": [],
    "Console": [],
    "Commands": ["Rendezvous"],
    "Telemetry": ["Threads", "Rendezvous", "Commands", "Synchronization"],
    "Checker": ["Rendezvous"],
    "Comparison": ["Rendezvous", "Commands", "Telemetry"],
    "Benchmarks": [
      "BenchFloor", "CKVM", "Threads", "KVM", "Rendezvous", "Commands", "Telemetry", "Machine",
      // sched_yield(2).
      "Glibc",
    ],
    "Machine": [
      "CKVM", "Threads", "KVM", "Interrupts", "Devices", "Boot", "Emulation", "Rendezvous",
      "Commands", "Telemetry", "DemoGuest", "Synchronization",
    ],
    "Monitor": [
      // Logarithms.
      "Glibc", "Console", "Documents", "Rendezvous", "Commands", "Telemetry", "Comparison",
      "Themes",
    ],
    "Documents": ["Yams", "Glibc"],
    "Settings": ["Documents", "Rendezvous", "Commands", "Themes", "Monitor", "Yams"],
    "Terminal": [
      "CCurses", "CTerminalGuard", "Console", "Monitor", "Themes", "Glibc", "Synchronization",
    ],
    "tryst": [
      "CKVM", "Threads", "KVM", "Interrupts", "Boot", "Rendezvous", "Commands", "Telemetry",
      "Machine", "Checker", "Comparison", "Benchmarks", "Documents", "Themes", "Console", "Monitor",
      "Settings", "Terminal", "ArgumentParser", "Glibc", "Synchronization", "FoundationEssentials",
    ],
  ]
  /// Rooms of C and assembly.
  private static let foreign: Set<String> = [
    "CKVM", "CCurses", "CTerminalGuard", "DemoGuest", "BenchFloor",
  ]
  private static let themes: Set<String> = ["Documents", "Yams", "Glibc"]

  /// Rooms in which `unsafe` is at home, and single files where it is not to be avoided.
  private static let unsafeRooms = ["KVM", "Threads", "Terminal"]
  private static let unsafeFiles: Set<String> = [
    // The embedded image's bytes.
    "Sources/Machine/DemoImage.swift",
    // Handles of the floors in C.
    "Sources/Benchmarks/Floor.swift",
    // write(2) and getrlimit(2), whose arguments are pointers.
    "Sources/tryst/MachineStart.swift", "Sources/tryst/StandardStreams.swift",
    // open(2), read(2), fstat(2).
    "Sources/tryst/FileContents.swift", "Sources/tryst/SerialFile.swift",
    // open(2), read(2), stat(2), getenv(3), and the names of a folder.
    "Sources/Documents/DocumentFile.swift", "Themes/ThemeFiles.swift", "Themes/ThemeWatch.swift",
    "Sources/tryst/ThemesDirectoryOption.swift",
    // open(2), write(2), getcwd(3).
    "Sources/tryst/SavedFile.swift",
    // getenv(3).
    "Sources/tryst/ThemesShowCommand.swift",
  ]

  @Test("every room is known, and imports only what is below it")
  func imports() {
    let found = Set(SourceTree.names(in: "Sources"))
    #expect(found == Set(Self.rooms.keys).union(Self.foreign))
    for (room, allowed) in Self.rooms {
      let files = SourceTree.swiftFiles(below: "Sources/\(room)")
      #expect(!files.isEmpty, "\(room)")
      check(files, allowed)
    }
    check(SourceTree.swiftFiles(below: "Themes"), Self.themes)
    for room in Self.foreign {
      #expect(SourceTree.swiftFiles(below: "Sources/\(room)").isEmpty, "\(room)")
    }
  }

  private func check(_ files: [String], _ allowed: Set<String>) {
    for file in files {
      for imported in SourceTree.code(file).compactMap(importedModule) {
        #expect(allowed.contains(imported), "\(file) imports \(imported)")
      }
    }
  }

  /// The module that a line imports: the word after `import`, or after the kind of what is imported.
  private func importedModule(_ line: String) -> String? {
    let words = SourceTree.words(line)
    guard let index = words.firstIndex(of: "import"), index + 1 < words.count,
      words[..<index].allSatisfy({ $0.hasPrefix("@") || $0 == "public" || $0 == "internal" })
    else { return nil }
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let"]
    let next = words[index + 1]
    return kinds.contains(next) && index + 2 < words.count ? String(words[index + 2]) : String(next)
  }

  @Test("unsafe code lives where it must and nowhere else")
  func unsafeCode() {
    var used: Set<String> = []
    for file in allFiles() {
      let room = file.split(separator: "/").dropFirst().first.map(String.init) ?? ""
      if file.hasPrefix("Sources/") && Self.unsafeRooms.contains(room) { continue }
      let lines = SourceTree.code(file).enumerated().filter {
        SourceTree.words($0.element).contains { $0 == "unsafe" || $0 == "@unsafe" }
      }
      guard let first = lines.first else { continue }
      used.insert(file)
      #expect(Self.unsafeFiles.contains(file), "\(file):\(first.offset + 1)")
    }
    #expect(used == Self.unsafeFiles)
  }

  @Test("nothing claims to be Sendable unchecked")
  func unchecked() {
    let allowed: Set<String> = [
      // A lock's own test needs something that only the lock protects.
      "Tests/ThreadsTests/FutexTests.swift",
      // Threads of which one runs at a time: what they share is protected by whose turn it is, which no
      // type of the library expresses.
      "Tests/RendezvousTests/SteppedHost.swift", "Tests/RendezvousTests/SteppedMachine.swift",
      "Tests/RendezvousTests/SteppedThreads.swift",
    ]
    for file in allFiles() + SourceTree.swiftFiles(below: "Tests") where !allowed.contains(file) {
      let found = SourceTree.code(file).first { SourceTree.words($0).contains("@unchecked") }
      #expect(found == nil, "\(file)")
    }
  }

  @Test("nothing is stubbed out or left for later")
  func leftovers() {
    let marks: Set<Substring> = ["TODO", "FIXME", "XXX", "HACK"]
    for file in allFiles() + SourceTree.swiftFiles(below: "Tests")
    where file != "Tests/ArchitectureTests/ArchitectureTests.swift" {
      let words = SourceTree.words(
        SourceTree.text(file).split(separator: "\n").joined(separator: " "))
      #expect(Set(words).isDisjoint(with: marks), "\(file)")
    }
  }

  @Test("the top level holds what belongs there")
  func topLevel() {
    let found = SourceTree.names(in: "").filter { !$0.hasPrefix(".") }
    let allowed: Set<String> = [
      "Package.swift", "Package.resolved", "Sources", "Tests", "Themes", "README.md",
    ]
    #expect(Set(found).isSubset(of: allowed))
    #expect(Set(["Package.swift", "Sources", "Tests", "Themes"]).isSubset(of: found))
  }

  private func allFiles() -> [String] {
    SourceTree.swiftFiles(below: "Sources") + SourceTree.swiftFiles(below: "Themes")
  }
}
