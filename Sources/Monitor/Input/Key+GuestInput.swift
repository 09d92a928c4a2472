import Console

/// What the guest gets for what the operator types: the bytes that xterm sends.
extension Key {
  /// The bytes for the key. `hasApplicationCursorKeys`: the guest has set DECCKM.
  func guestInput(hasApplicationCursorKeys: Bool) -> [UInt8] {
    switch self {
    case .character(let scalar): return Array(String(Character(scalar)).utf8)
    case .control(let scalar): return [UInt8(truncatingIfNeeded: scalar.value) & 0x1f]
    case .enter: return [0x0d]
    case .tab: return [0x09]
    case .escape: return [0x1b]
    case .backspace: return [0x7f]
    case .backTab: return Self.sequence("[Z")
    case .modified(let key, let modifiers): return key.guestInput(with: modifiers)
    default:
      if let final = cursorFinal {
        return Self.sequence((hasApplicationCursorKeys ? "O" : "[") + final)
      }
      if case .function(let number) = self, let final = Self.finals[number] {
        return Self.sequence("O" + final)
      }
      return editingNumber.map { Self.sequence("[\($0)~") } ?? []
    }
  }

  /// Modifiers are a parameter, 1 more than their bits; what has none is sent as if without them.
  private func guestInput(with modifiers: KeyModifiers) -> [UInt8] {
    let parameter = Int(modifiers.rawValue) + 1
    if let final = cursorFinal { return Self.sequence("[1;\(parameter)\(final)") }
    if case .function(let number) = self, let final = Self.finals[number] {
      return Self.sequence("[1;\(parameter)\(final)")
    }
    if let number = editingNumber { return Self.sequence("[\(number);\(parameter)~") }
    return guestInput(hasApplicationCursorKeys: false)
  }

  private static func sequence(_ text: String) -> [UInt8] { [0x1b] + Array(text.utf8) }

  private var cursorFinal: String? {
    switch self {
    case .up: "A"
    case .down: "B"
    case .right: "C"
    case .left: "D"
    case .home: "H"
    case .end: "F"
    default: nil
    }
  }

  /// F1 to F4 are the VT100's PF keys.
  private static let finals = [1: "P", 2: "Q", 3: "R", 4: "S"]

  private var editingNumber: Int? {
    switch self {
    case .insert: 2
    case .delete: 3
    case .pageUp: 5
    case .pageDown: 6
    case .function(let number):
      [5: 15, 6: 17, 7: 18, 8: 19, 9: 20, 10: 21, 11: 23, 12: 24][number]
    default: nil
    }
  }
}

/// Text pasted by the operator, on its way to the guest.
enum Paste {
  /// The bytes for the guest: line ends become carriage returns as typed, other controls are left out,
  /// so that what was copied from somewhere cannot end the brackets or press keys.
  static func guestInput(_ text: [UInt8], isBracketed: Bool) -> [UInt8] {
    var bytes: [UInt8] = isBracketed ? Array("\u{1b}[200~".utf8) : []
    var previous: UInt8 = 0
    for byte in text {
      switch byte {
      case 0x0a: if previous != 0x0d { bytes.append(0x0d) }
      case 0x09, 0x0d, 0x20..<0x7f, 0x80...: bytes.append(byte)
      default: break
      }
      previous = byte
    }
    if isBracketed { bytes += Array("\u{1b}[201~".utf8) }
    return bytes
  }
}
