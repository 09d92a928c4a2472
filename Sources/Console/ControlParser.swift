/// Takes apart what is sent to a terminal: characters, control characters, escape and control sequences.
///
/// The states are those that DEC's terminals go through (ECMA-48 section 5 has the grammar). Nothing is
/// stored but 24 numbers, whatever comes: the strings of OSC, DCS, SOS, PM and APC are skipped, and what
/// has not ended after ``stringLimit`` bytes was none. Bytes may be cut anywhere. C1 controls (0x80 to
/// 0x9f, in UTF-8 or bare) are never controls here.
struct ControlParser: Sendable {
  private enum State: Sendable { case ground, escape, control, ignored, string, stringEscape }

  /// A string longer than this would only hide what follows it.
  static let stringLimit = 4096

  private var state = State.ground
  private var utf8 = UTF8Decoder()
  private var sequence = ControlSequence()
  private var stringLength = 0

  /// Hands what is in `bytes` to `handler`, in order.
  mutating func parse(_ bytes: [UInt8], into handler: inout some ControlHandler) {
    var index = 0
    let end = bytes.count
    while index < end {
      if state == .ground && !utf8.isWaiting {
        let start = index
        while index < end && bytes[index] &- 0x20 < 0x5f { index &+= 1 }
        if index > start { handler.print(bytes, start..<index) }
        if index == end { return }
      }
      take(bytes[index], &handler)
      index &+= 1
    }
  }

  private mutating func take(_ byte: UInt8, _ handler: inout some ControlHandler) {
    if byte >= 0x80 || utf8.isWaiting {
      var rest: UInt8? = byte
      while let next = rest {
        if next < 0x80 && !utf8.isWaiting { return takeASCII(next, &handler) }
        let (scalar, taken) = utf8.take(next)
        if let scalar { takeScalar(scalar, &handler) }
        rest = taken ? nil : next
      }
      return
    }
    takeASCII(byte, &handler)
  }

  /// A scalar above ASCII: text, or a part of a string; in a sequence it has no place and ends it.
  private mutating func takeScalar(_ scalar: UInt32, _ handler: inout some ControlHandler) {
    switch state {
    case .ground: handler.print(scalar)
    case .string, .stringEscape:
      state = .string
      countString()
    case .escape, .control, .ignored:
      state = .ground
      handler.print(scalar)
    }
  }

  private mutating func takeASCII(_ byte: UInt8, _ handler: inout some ControlHandler) {
    switch byte {
    case 0x18, 0x1a:  // CAN and SUB end anything.
      state = .ground
      return
    case 0x1b:
      if state == .string {
        state = .stringEscape
        return
      }
      begin()
      return
    case 0x7f: return
    case 0..<0x20 where state != .string && state != .stringEscape:
      // Controls do what they do in the middle of a sequence too.
      handler.execute(byte)
      return
    default: break
    }
    switch state {
    case .ground: handler.print(UInt32(byte))
    case .escape: takeEscape(byte, &handler)
    case .control, .ignored: takeControl(byte, &handler)
    case .string:
      // BEL ends an OSC for xterm, and for whoever copied it.
      if byte == 0x07 { state = .ground } else { countString() }
    case .stringEscape:
      if byte == 0x5c {
        state = .ground
      } else {
        // No ST: the string was broken off, and this is another sequence.
        begin()
        takeEscape(byte, &handler)
      }
    }
  }

  private mutating func begin() {
    state = .escape
    sequence = ControlSequence()
  }

  private mutating func countString() {
    stringLength &+= 1
    if stringLength > Self.stringLimit { state = .ground }
  }

  private mutating func takeEscape(_ byte: UInt8, _ handler: inout some ControlHandler) {
    switch byte {
    case 0x20...0x2f: sequence.addIntermediate(byte)
    case 0x5b where sequence.intermediate == 0: state = .control
    case 0x50, 0x58, 0x5d, 0x5e, 0x5f:  // DCS, SOS, OSC, PM, APC
      state = sequence.intermediate == 0 ? .string : .ground
      stringLength = 0
    case 0x30...0x7e:
      state = .ground
      sequence.final = byte
      handler.escape(sequence)
    default: state = .ground
    }
  }

  private mutating func takeControl(_ byte: UInt8, _ handler: inout some ControlHandler) {
    switch byte {
    case 0x30...0x3b:
      if sequence.intermediate != 0 { state = .ignored } else { sequence.addParameter(byte) }
    case 0x3c...0x3f:
      if sequence.isEmpty { sequence.marker = byte } else { state = .ignored }
    case 0x20...0x2f: sequence.addIntermediate(byte)
    default:
      let isKnown = state == .control
      state = .ground
      sequence.final = byte
      if isKnown { handler.control(sequence) }
    }
  }
}

/// What a ``ControlParser`` finds.
protocol ControlHandler {
  /// Characters 0x20 to 0x7e: those of `bytes` in `range`, at least one.
  mutating func print(_ bytes: [UInt8], _ range: Range<Int>)
  /// A scalar that is no C0 control; anything else, C1 included.
  mutating func print(_ scalar: UInt32)
  /// A C0 control other than ESC, CAN and SUB.
  mutating func execute(_ control: UInt8)
  /// ESC, intermediates, final.
  mutating func escape(_ sequence: ControlSequence)
  /// CSI, parameters, intermediates, final.
  mutating func control(_ sequence: ControlSequence)
}
