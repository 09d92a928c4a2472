import Telemetry
import Testing

@testable import Monitor

/// The first line: all that issue 4, part 1, wants on it, and what falls away where there is no room.
@Suite struct HeaderTests {
  private func header(_ width: Int, height: Int = 24, everything: Bool = true, back: Int = 0)
    -> String
  {
    var model = Fixture.model(vcpus: 64, width: width, height: height)
    var next = Fixture.snapshot(vcpus: 64, step: 40)
    if everything {
      model.isTerminalSlow = true
      next.droppedEvents = 12
      next.droppedLanes = 340
    }
    model.absorb(next)
    model.absorb(Fixture.snapshot(vcpus: 64, step: 45))
    model.absorb(
      {
        var last = next
        last.timeNanoseconds += 1_000_000_000
        return last
      }())
    for _ in 0..<back { _ = model.handle(.character("[")) }
    let text = model.frame(glyphs: .unicode).text
    return String(text.prefix { $0 != "\n" })
  }

  @Test(arguments: [80, 120, 200])
  func everythingIsThere(width: Int) {
    let calm = header(width, everything: false)
    let words = [
      "tryst", "demo", "● RUN", "64 vcpus", "kvm_intel", "landed", "mixed", "10 Hz", "00:03:17.0",
    ]
    for word in words { #expect(calm.contains(word), "\(word): \(calm)") }
    // Events and lanes that were lost are one number; the Timeline and the log tell them apart.
    let troubled = header(width)
    #expect(troubled.contains("dropped 352") && troubled.contains("term slow"), "\(troubled)")
    // Of 80 columns these have none left for the name of the program, the host and the rate.
    let gone = width == 80 ? ["tryst", "kvm_intel", "10 Hz"] : []
    for word in words where !gone.contains(word) {
      #expect(troubled.contains(word), "\(word): \(troubled)")
    }
  }

  /// The name of the program, the host and the rate go before what one looks for.
  @Test func whatFallsAway() {
    #expect(header(40, everything: false) == " demo  ● RUN  64 vcpus       00:03:17.0")
    let troubled = header(40)
    #expect(troubled.contains("RUN") && troubled.contains("dropped 352"), "\(troubled)")
    #expect(troubled.contains("demo") && !troubled.contains("tryst"), "\(troubled)")
  }

  @Test(arguments: [(200, "FROZEN 0.5 s back"), (80, "FROZEN 0.5 s back"), (30, "0.5 s back")])
  func howFarBack(width: Int, words: String) {
    #expect(header(width, back: 1).contains(words))
  }

  @Test func longTimes() {
    #expect(Quantity.seconds(12_345_000_000) == "12.3 s")
    #expect(Quantity.seconds(245_000_000_000) == "4 min 05.0 s")
    #expect(Quantity.counted(1, "vcpu") == "1 vcpu" && Quantity.counted(0, "vcpu") == "0 vcpus")
    #expect(Quantity.counted(2, "entry", "entries") == "2 entries")
  }
}
