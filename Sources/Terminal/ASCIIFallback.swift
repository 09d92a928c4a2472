/// What stands for a character where only ASCII may be sent.
enum ASCIIFallback {
  /// An ASCII scalar, 0x20 to 0x7e, that looks like `scalar`; `?` when nothing does.
  static func replacement(for scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x20..<0x7f: scalar
    case 0x2500...0x257f: box(scalar.value)
    case 0x2580...0x259f: block(scalar.value)
    case 0x2800...0x28ff: braille(scalar.value)
    default: symbols[scalar] ?? "?"
    }
  }

  /// Levels from nothing to full.
  private static let levels: [Unicode.Scalar] = [" ", ".", ":", "-", "=", "+", "*", "#", "@"]

  private static func box(_ value: UInt32) -> Unicode.Scalar {
    switch value {
    case 0x2500, 0x2501, 0x2504, 0x2505, 0x2508, 0x2509, 0x254c, 0x254d, 0x2574, 0x2576, 0x2578,
      0x257a, 0x257c, 0x257e:
      "-"
    case 0x2502, 0x2503, 0x2506, 0x2507, 0x250a, 0x250b, 0x254e, 0x254f, 0x2551, 0x2575, 0x2577,
      0x2579, 0x257b, 0x257d, 0x257f:
      "|"
    case 0x2550: "="
    case 0x2571: "/"
    case 0x2572: "\\"
    case 0x2573: "X"
    default: "+"
    }
  }

  private static func block(_ value: UInt32) -> Unicode.Scalar {
    switch value {
    case 0x2580: "="
    case 0x2581...0x2588: levels[Int(value - 0x2580)]
    case 0x2589...0x258f: levels[Int(0x2590 - value)]
    case 0x2591: "."
    case 0x2592: ":"
    case 0x2593: "#"
    case 0x2594: "-"
    case 0x2590, 0x2595: "|"
    default: "#"  // quadrants
    }
  }

  /// The low byte of a braille pattern has a bit a dot.
  private static func braille(_ value: UInt32) -> Unicode.Scalar {
    levels[(value & 0xff).nonzeroBitCount]
  }

  private static let symbols: [Unicode.Scalar: Unicode.Scalar] = [
    "\u{a0}": " ", "¦": "|", "«": "<", "»": ">", "°": "o", "±": "~", "²": "2", "³": "3", "µ": "u",
    "μ": "u", "·": ".", "×": "x", "÷": "/", "Δ": "d", "σ": "s", "‐": "-", "‑": "-", "–": "-",
    "—": "-", "―": "-", "‘": "'", "’": "'", "“": "\"", "”": "\"", "†": "+", "•": "*", "…": ".",
    "‹": "<", "›": ">", "←": "<", "↑": "^", "→": ">", "↓": "v", "↔": "-", "↕": "|", "⇐": "<",
    "⇑": "^", "⇒": ">", "⇓": "v", "−": "-", "√": "v", "∞": "%", "≈": "~", "≠": "#", "≤": "<",
    "≥": ">", "⏎": "<", "■": "#", "□": "o", "▪": "*", "▫": "o", "▬": "-", "▮": "#", "▲": "^",
    "△": "^", "▴": "^", "▵": "^", "▶": ">", "▷": ">", "▸": ">", "►": ">", "▼": "v", "▽": "v",
    "▾": "v", "▿": "v", "◀": "<", "◁": "<", "◂": "<", "◄": "<", "◆": "*", "◇": "o", "◉": "*",
    "○": "o", "◌": "o", "◎": "o", "●": "*", "◐": "*", "◑": "*", "◦": "o", "★": "*", "☆": "*",
    "⚠": "!", "⚡": "!", "✓": "v", "✔": "v", "✕": "x", "✗": "x", "✘": "x", "❯": ">", "❮": "<",
    "␛": "^", "␇": "^", "␀": "^", "⧗": "W",
  ]
}
