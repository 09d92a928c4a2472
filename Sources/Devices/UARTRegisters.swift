/// Bits of the registers of a 16550 (PC16550D data sheet, table "Summary of Registers").
extension UART16550 {
  enum InterruptEnable {
    static let received: UInt8 = 1 << 0
    static let transmitterEmpty: UInt8 = 1 << 1
    static let lineStatus: UInt8 = 1 << 2
    static let modemStatus: UInt8 = 1 << 3
  }

  enum FIFOControl {
    static let enable: UInt8 = 1 << 0
    static let resetReceiver: UInt8 = 1 << 1
  }

  enum LineControl {
    static let secondStopBit: UInt8 = 1 << 2
    static let parity: UInt8 = 1 << 3
    static let evenParity: UInt8 = 1 << 4
    static let breakControl: UInt8 = 1 << 6
    static let divisorLatch: UInt8 = 1 << 7
  }

  enum ModemControl {
    static let dataTerminalReady: UInt8 = 1 << 0
    static let requestToSend: UInt8 = 1 << 1
    static let out1: UInt8 = 1 << 2
    static let out2: UInt8 = 1 << 3
    static let loop: UInt8 = 1 << 4
  }

  enum LineStatus {
    static let dataReady: UInt8 = 1 << 0
    static let overrun: UInt8 = 1 << 1
    static let parity: UInt8 = 1 << 2
    static let framing: UInt8 = 1 << 3
    static let breakInterrupt: UInt8 = 1 << 4
    static let transmitterHoldingEmpty: UInt8 = 1 << 5
    static let transmitterEmpty: UInt8 = 1 << 6
    static let errorInFIFO: UInt8 = 1 << 7
  }

  enum ModemStatus {
    static let clearToSend: UInt8 = 1 << 4
    static let dataSetReady: UInt8 = 1 << 5
    static let ringIndicator: UInt8 = 1 << 6
    static let carrierDetect: UInt8 = 1 << 7
  }

  /// The low four bits of IIR, highest priority first (data sheet, table "Interrupt Control
  /// Functions"; of the two at the second level, data at the trigger level shows before the time-out).
  enum InterruptIdentification: UInt8 {
    case lineStatus = 0b0110
    case received = 0b0100
    case characterTimeOut = 0b1100
    case transmitterEmpty = 0b0010
    case modemStatus = 0b0000
    case noInterrupt = 0b0001
  }

  /// A character as the receiver took it.
  struct ReceivedCharacter: Sendable, BitwiseCopyable {
    let byte: UInt8
    /// What was wrong with it, as bits of LSR.
    var errors: UInt8 = 0
  }
}
