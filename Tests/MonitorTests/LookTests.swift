import Testing

@testable import Monitor

@Test func look() {
  for (n, w, h, k) in [
    (4, 80, 24, ""), (4, 80, 24, "?"), (4, 80, 24, "p"), (16, 120, 40, "s"), (64, 200, 60, ""),
    (1, 100, 30, ""),
  ] {
    var m = Fixture.model(vcpus: n, width: w, height: h)
    for s in k.unicodeScalars { _ = m.handle(.character(s)) }
    print(m.frame(glyphs: .unicode).text)
    print("=====")
  }
}
