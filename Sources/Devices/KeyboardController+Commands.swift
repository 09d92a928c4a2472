extension KeyboardController {
  /// Port 0x64. A command in place of a data byte ends the earlier command; unknown ones do nothing.
  mutating func writeCommand(_ command: UInt8, now: UInt64) -> DeviceEffect {
    dataOf = nil
    switch command {
    case 0x20: fill(commandByte)
    // Command byte, output port, output buffer as the keyboard, as the auxiliary device, and to the
    // auxiliary device.
    case 0x60, 0xD1...0xD4: dataOf = command
    // The auxiliary interface: its bit is stuck, and the test finds the clock line low.
    case 0xA7, 0xA8: break
    case 0xA9: fill(0x01)
    case 0xAA:
      commandByte |= CommandByte.systemFlag
      fill(0x55)
    case 0xAB: fill(0x00)
    case 0xAD: commandByte |= CommandByte.keyboardDisabled
    case 0xAE:
      commandByte &= ~CommandByte.keyboardDisabled
      delay(from: now)
    // The input port: bit 7, the key lock is open.
    case 0xC0: fill(0x80)
    case 0xD0: fill(outputPortShown)
    // HP Vectra: A20 off and on in one byte.
    case 0xDD: outputPort &= ~OutputPort.a20
    case 0xDF: outputPort |= OutputPort.a20
    case 0xE0: fill(testInputs)
    // Bits 3:0 that are 0 pulse their bits of the output port low for 6 us: bit 0 resets.
    case 0xF0...0xFF: return command & OutputPort.notReset == 0 ? .reset : .none
    default: break
    }
    return .none
  }

  /// Port 0x60: the data byte of a command, or else a byte for the keyboard.
  mutating func writeData(_ value: UInt8, now: UInt64) -> DeviceEffect {
    guard let command = dataOf else {
      send(value, now: now)
      return .none
    }
    dataOf = nil
    switch command {
    case 0x60: writeCommandByte(value, now: now)
    case 0xD1:
      outputPort = value & ~OutputPort.outputFull
      return value & OutputPort.notReset == 0 ? .reset : .none
    // Without an auxiliary port there is one kind of output: the status has no bit for the other.
    case 0xD2, 0xD3: fill(value)
    // Nobody is there to take the byte: the answer of a failed transmission.
    default: fill(0xFE)
    }
    return .none
  }

  private mutating func writeCommandByte(_ value: UInt8, now: UInt64) {
    let enabled = commandByte & ~value & CommandByte.keyboardDisabled != 0
    commandByte = value & 0x7F | CommandByte.auxiliaryDisabled
    if enabled { delay(from: now) }
  }
}
