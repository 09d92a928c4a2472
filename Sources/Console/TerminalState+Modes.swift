extension TerminalState {
  /// SM and RM.
  mutating func setModes(_ sequence: ControlSequence, to value: Bool) {
    for index in 0..<sequence.readable {
      switch sequence[index] {
      case 4: modes.inserts = value
      case 20: modes.returnsOnLineFeed = value
      default: break
      }
    }
  }

  /// CSI ? …
  mutating func privateControl(_ sequence: ControlSequence) {
    switch sequence.final {
    case UInt8(ascii: "h"), UInt8(ascii: "l"):
      let value = sequence.final == UInt8(ascii: "h")
      for index in 0..<sequence.readable { setPrivateMode(sequence[index], to: value) }
    case UInt8(ascii: "n"): report(sequence[0], marker: "?")
    default: break
    }
  }

  private mutating func setPrivateMode(_ mode: Int, to value: Bool) {
    switch mode {
    case 1: modes.hasApplicationCursorKeys = value
    case 5: modes.isReverse = value
    case 6:
      cursor.isOriginRelative = value
      moveTo(row: 0)
      cursor.column = 0
    case 7:
      modes.wraps = value
      if !value { cursor.wrapIsPending = false }
    case 25: modes.isCursorVisible = value
    case 47, 1047: showAlternate(value)
    case 1048: if value { saved = cursor } else { restore(saved) }
    case 1049:
      if value && !isAlternate { savedOnMain = cursor }
      let was = isAlternate
      showAlternate(value)
      if !value && was { restore(savedOnMain) }
    case 2004: modes.hasBracketedPaste = value
    default: break
    }
  }

  /// The alternate screen is blank each time it comes.
  private mutating func showAlternate(_ value: Bool) {
    guard value != isAlternate else { return }
    if value {
      mainScreen = screen
      screen = TerminalScreen(columns: columns, rows: rows)
    } else if let main = mainScreen {
      screen = main
      mainScreen = nil
    }
    cursor.wrapIsPending = false
  }

  // MARK: SGR

  /// SGR (ECMA-48 8.3.117, and xterm's colours).
  mutating func selectRendition(_ sequence: ControlSequence) {
    if sequence.count == 0 { cursor.rendition = Rendition() }
    var index = 0
    while index < sequence.readable {
      let value = sequence[index]
      if value == 38 || value == 48 {
        let (color, next) = Self.color(sequence, at: index)
        if let color {
          if value == 38 {
            cursor.rendition.foreground = color
          } else {
            cursor.rendition.background = color
          }
        }
        index = next
        continue
      }
      // 4:0 is no underline; the other shapes of it are one to us.
      let hasShape = sequence.isSubparameter(index + 1)
      cursor.rendition.apply(value, isOff: hasShape && sequence[index + 1] == 0)
      index += 1
      while sequence.isSubparameter(index) { index += 1 }
    }
  }

  /// The colour of `38;5;n`, `38:5:n`, `38;2;r;g;b`, `38:2:r:g:b` or `38:2::r:g:b`, and the parameter
  /// after it.
  private static func color(_ sequence: ControlSequence, at start: Int) -> (UInt8?, Int) {
    let hasColons = sequence.isSubparameter(start + 1)
    var end = start + 1
    while hasColons && sequence.isSubparameter(end) { end += 1 }
    func byte(_ index: Int) -> UInt8 { UInt8(min(255, sequence[index])) }
    switch sequence[start + 1] {
    case 5:
      let color = sequence[start + 2]
      return (color < 256 ? UInt8(color) : nil, hasColons ? end : start + 3)
    case 2:
      let red = hasColons && end - start >= 6 ? start + 3 : start + 2
      let color = Rendition.palette(red: byte(red), green: byte(red + 1), blue: byte(red + 2))
      return (color, hasColons ? end : start + 5)
    default: return (nil, hasColons ? end : start + 2)
    }
  }
}

extension Rendition {
  /// Applies an SGR parameter other than 38 and 48; `isOff`: it is there to switch off.
  mutating func apply(_ value: Int, isOff: Bool) {
    switch value {
    case 0: self = Rendition()
    case 1: attributes.insert(.bold)
    case 2: attributes.insert(.dim)
    case 3: attributes.insert(.italic)
    case 4: if isOff { attributes.remove(.underline) } else { attributes.insert(.underline) }
    case 5, 6: attributes.insert(.blink)
    case 7: attributes.insert(.reverse)
    case 8: attributes.insert(.conceal)
    case 9: attributes.insert(.strike)
    case 21: attributes.insert(.underline)
    case 22: attributes.subtract([.bold, .dim])
    case 23: attributes.remove(.italic)
    case 24: attributes.remove(.underline)
    case 25: attributes.remove(.blink)
    case 27: attributes.remove(.reverse)
    case 28: attributes.remove(.conceal)
    case 29: attributes.remove(.strike)
    case 30...37: foreground = UInt8(value - 30)
    case 39: foreground = nil
    case 40...47: background = UInt8(value - 40)
    case 49: background = nil
    case 90...97: foreground = UInt8(value - 90 + 8)
    case 100...107: background = UInt8(value - 100 + 8)
    default: break
    }
  }
}
