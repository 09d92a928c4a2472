import Testing

@testable import Monitor

/// When the picture is made, at 10 samples a second.
@Suite struct PaceTests {
  private static let cheap: UInt64 = 1_000_000
  private static let dear: UInt64 = 40_000_000

  /// How many of so many samples are shown.
  private func shown(_ model: inout MonitorModel, of samples: Int) -> Int {
    var count = 0
    for _ in 0..<samples where model.isPictureDue() { count += 1 }
    return count
  }

  @Test func everySampleIsShown() {
    var model = Fixture.model(vcpus: 4)
    #expect(shown(&model, of: 20) == 20)
  }

  @Test func aFrozenPictureIsMadeWhereSomethingElseThanSamplesCame() {
    var model = Fixture.model(vcpus: 4)
    _ = model.handle(.character(" "))
    #expect(model.isFrozen)
    model.painted(nanoseconds: Self.cheap)
    #expect(shown(&model, of: 30) == 0)
    model.notify("theme dracula read again")
    #expect(shown(&model, of: 10) == 1)
    model.painted(nanoseconds: Self.cheap)
    #expect(shown(&model, of: 10) == 0)
    // The word goes once the terminal has caught up.
    model.isTerminalSlow = true
    #expect(shown(&model, of: 10) == 1)
    model.isTerminalSlow = false
    _ = model.handle(.character(" "))
    #expect(shown(&model, of: 5) == 5)
  }

  /// What lies over it may follow what comes.
  @Test func aFrozenPictureUnderAPageIsMadeOnceASecond() {
    var model = Fixture.model(vcpus: 4)
    _ = model.handle(.character(" "))
    _ = model.handle(.character("?"))
    model.painted(nanoseconds: Self.cheap)
    #expect(shown(&model, of: 30) == 3)
  }

  @Test func withoutTheFocusItIsMadeOnceASecond() {
    var model = Fixture.model(vcpus: 4)
    model.pace.hasFocus = false
    #expect(shown(&model, of: 30) == 3)
    model.pace.hasFocus = true
    #expect(shown(&model, of: 5) == 5)
  }

  @Test func picturesThatTakeTooLongAreMadeLessOften() {
    var model = Fixture.model(vcpus: 4, width: 120, height: 40)
    #expect(!model.frame(glyphs: .unicode).text.contains("slowed"))
    // One alone says nothing.
    model.painted(nanoseconds: Self.dear)
    model.painted(nanoseconds: Self.cheap)
    #expect(shown(&model, of: 20) == 20)
    // 40 ms are more than 30 % of 100 ms, and less than 30 % of 200 ms.
    for _ in 0..<10 { model.painted(nanoseconds: Self.dear) }
    #expect(shown(&model, of: 20) == 10)
    #expect(model.frame(glyphs: .unicode).text.contains("slowed to 5 Hz"))
    for _ in 0..<10 { model.painted(nanoseconds: 2 * Self.dear) }
    #expect(shown(&model, of: 20) == 5)
    #expect(model.frame(glyphs: .unicode).text.contains("slowed to 2.5 Hz"))
    // It does not come to a stop.
    for _ in 0..<100 { model.painted(nanoseconds: 100 * Self.dear) }
    #expect(shown(&model, of: 80) == 10)
    // Once they are cheap for long the rate comes back, step by step.
    for _ in 0..<(3 * PaintPace.confidence) { model.painted(nanoseconds: Self.cheap) }
    #expect(shown(&model, of: 20) == 20)
    #expect(!model.frame(glyphs: .unicode).text.contains("slowed"))
  }

  /// A picture that stands still says nothing of how often it is made, and so has nothing to send.
  @Test func aFrozenPictureDoesNotTellOfItsPace() {
    var model = Fixture.model(vcpus: 4, width: 120, height: 40)
    _ = model.handle(.character(" "))
    let before = model.frame(glyphs: .unicode).text
    for _ in 0..<10 { model.painted(nanoseconds: Self.dear) }
    #expect(model.frame(glyphs: .unicode).text == before)
    _ = model.handle(.character(" "))
    #expect(model.frame(glyphs: .unicode).text.contains("slowed to 5 Hz"))
  }

  @Test func anotherRateBeginsAnew() {
    var model = Fixture.model(vcpus: 4)
    for _ in 0..<10 { model.painted(nanoseconds: Self.dear) }
    #expect(shown(&model, of: 20) == 10)
    _ = model.handle(.character("-"))
    #expect(model.refreshHertz == 5)
    model.painted(nanoseconds: Self.cheap)
    #expect(shown(&model, of: 20) == 20)
  }

  @Test func theHeaderSaysWhatWasSkipped() {
    var model = Fixture.model(vcpus: 4, width: 120, height: 40)
    model.isTerminalSlow = true
    #expect(model.frame(glyphs: .unicode).text.contains("term slow"))
    model.pace.framesSkipped = 12
    #expect(model.frame(glyphs: .unicode).text.contains("term slow, 12 skipped"))
    model.isTerminalSlow = false
    #expect(!model.frame(glyphs: .unicode).text.contains("term slow"))
  }
}
