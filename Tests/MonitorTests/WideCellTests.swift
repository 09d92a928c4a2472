import Testing

@testable import Monitor

/// A frame never holds half of a wide character: a terminal could not show it.
@Suite struct WideCellTests {
  private func frame() -> Frame {
    var frame = Frame(width: 8, height: 1)
    frame.put(0, 0, "a漢字b")
    return frame
  }

  @Test func whatIsWrittenOverAHalfLeavesABlank() {
    for (column, text) in [(1, "aX 字b"), (2, "a X字b"), (3, "a漢X b"), (4, "a漢 Xb")] {
      var frame = frame()
      frame.put(column, 0, "X")
      #expect(frame.text == text)
    }
    // A wide one over two halves of others.
    var frame = frame()
    frame.put(2, 0, "한")
    #expect(frame.text == "a 한 b")
  }

  @Test func whatOnlyChangesItsLookStaysWhole() {
    var frame = frame()
    for x in 0..<8 { frame[x, 0].role = .selection }
    #expect(frame.text == "a漢字b")
    #expect(frame[2, 0].scalar == 0)
    frame.put(1, 0, "漢字")
    #expect(frame.text == "a漢字b")
    #expect(frame.inGlyphs(.ascii).text == "a? ? b")
  }
}
