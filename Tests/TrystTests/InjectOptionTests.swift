import Testing

/// `tryst run --inject`, without a screen: what came of each goes to standard error.
@Suite(.serialized, .needsKVM, .ownThread, .timeLimit(.minutes(3))) struct InjectOptionTests {
  @Test func injectsOnceTheGuestIsUp() async throws {
    let run = try await Run.tryst([
      "run", "--headless", "--format", "json", "--for", "5s", "--scenario", "idle", "--cpus", "2",
      "--inject", "fixed 0x40 to self", "--inject", "sipi 8 to 1",
      "--inject", "rendezvous to all every 2ms times 20",
    ])
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("{") && run.output.hasSuffix("}\n"))
    func line(_ start: String) -> Substring {
      run.complaints.first { $0.hasPrefix("tryst: " + start) } ?? ""
    }
    #expect(run.complaints.count == 3, "\(run.error)")
    #expect(line("fixed 0x40 to 0: delivered after").hasSuffix("guest saw it"), "\(run.error)")
    #expect(line("sipi 0x08 to 1: ignored: vcpu 1 does not wait for SIPI").isEmpty == false)
    #expect(line("rendezvous to 0-1: 20 every 2 ms: 20 done").isEmpty == false, "\(run.error)")
  }

  /// A run that is over before the guest was up says that nothing was injected.
  @Test func tooShort() async throws {
    let run = try await Run.tryst([
      "run", "--headless", "--for", "1ms", "--inject", "nmi to 0 every 1ms times 3",
    ])
    #expect(run.status == 0)
    let words = "nmi to 0 every 1ms times 3: not injected, the guest did not come up"
    #expect(run.error.contains(words) || run.error.contains("nmi to 0: "), "\(run.error)")
  }
}
