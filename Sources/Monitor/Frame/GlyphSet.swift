/// Which characters a terminal can show; each set has those before it, too.
public enum GlyphSet: String, Sendable, CaseIterable {
  /// 0x20 to 0x7e only.
  case ascii
  /// Lines, blocks and signs of Unicode.
  case blocks
  /// The same and braille, which some fonts lack: curves have two samples a cell.
  case braille

  /// The set that `--glyphs` calls so; `unicode` is the best one.
  public init?(option name: String) {
    self.init(rawValue: name == "unicode" ? GlyphSet.braille.rawValue : name)
  }

  /// The set after it, round and round.
  public var next: GlyphSet {
    switch self {
    case .ascii: .blocks
    case .blocks: .braille
    case .braille: .ascii
    }
  }

  /// The twin of a braille pattern where there is none: a block as high as the pattern has dots.
  public static func block(ofBraille scalar: Unicode.Scalar) -> Unicode.Scalar {
    guard (0x2800...0x28ff).contains(scalar.value) else { return scalar }
    let dots = UInt32((scalar.value & 0xff).nonzeroBitCount)
    // U+2581 to U+2588 are one eighth to full.
    return dots == 0 ? " " : Unicode.Scalar(0x2580 + dots) ?? " "
  }

  /// The ASCII twin of `scalar`, one column for one column; `?` where there is none.
  static func ascii(_ scalar: UInt32) -> Unicode.Scalar {
    switch scalar {
    case 0x20...0x7e: Unicode.Scalar(UInt8(scalar))
    case 0: " "  // the right half of a wide character
    case 0x2500: "-"  // ─
    case 0x2502: "|"  // │
    case 0x250c, 0x2510, 0x2514, 0x2518, 0x251c, 0x2524, 0x252c, 0x2534, 0x253c: "+"  // ┌┐└┘├┤┬┴┼
    // ▁▂▃▄▅▆▇█: eight of the ten steps of the classic ramp " .:-=+*#%@".
    case 0x2581: "."
    case 0x2582: ":"
    case 0x2583: "-"
    case 0x2584: "="
    case 0x2585: "+"
    case 0x2586: "*"
    case 0x2587: "#"
    case 0x2588: "@"
    // ░▒▓: apart from the ramp above, as the timeline has both on the screen.
    case 0x2591: ":"
    case 0x2592: "%"
    case 0x2593: "&"
    case 0x25cf: "*"  // ●
    case 0x25a0: "#"  // ■
    case 0x2192: ">"  // →
    case 0x2190: "<"  // ←
    case 0x2191: "^"  // ↑
    case 0x2193: "v"  // ↓
    case 0xb5: "u"  // µ
    case 0xb7: "."  // ·
    case 0xd7: "x"  // ×
    case 0x2026: "~"  // …
    // Braille: how many of the eight dots there are.
    case 0x2800: "."
    case 0x2801...0x28ff:
      Unicode.Scalar(UInt8(ascii: "0") + UInt8((scalar & 0xff).nonzeroBitCount))
    default: "?"
    }
  }
}

extension Frame {
  private func has(_ scalars: ClosedRange<UInt32>) -> Bool {
    let all = cells.span
    for place in all.indices where scalars.contains(all[place].scalar) { return true }
    return false
  }

  /// The same picture in the characters of `glyphs`.
  func inGlyphs(_ glyphs: GlyphSet) -> Frame {
    let braille = UInt32(0x2800)...0x28ff
    // Most pictures hold none: looking is cheaper than copying.
    if glyphs == .braille || glyphs == .blocks && !has(braille) { return self }
    var result = self
    for y in 0..<height {
      for x in 0..<width {
        let scalar = self[x, y].scalar
        if glyphs == .ascii {
          result[x, y].scalar = GlyphSet.ascii(scalar).value
        } else if braille ~= scalar, let pattern = Unicode.Scalar(scalar) {
          result[x, y].scalar = GlyphSet.block(ofBraille: pattern).value
        }
      }
    }
    return result
  }
}
