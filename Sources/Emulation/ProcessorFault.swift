/// Why an instruction does not complete.
enum ProcessorFault: Error, Equatable {
  /// The guest gets an exception, with the state as before the instruction.
  case exception(Exception, errorCode: UInt32? = nil, address: UInt64? = nil)
  /// Not done here.
  case notRepairable

  /// Vectors of SDM vol. 3, table 6-1.
  enum Exception: UInt8 {
    case divideError = 0
    case boundRange = 5
    case invalidOpcode = 6
    case deviceNotAvailable = 7
    case invalidTSS = 10
    case segmentNotPresent = 11
    case stackFault = 12
    case generalProtection = 13
    case pageFault = 14
    case x87 = 16
    case alignmentCheck = 17
  }

  static let undefined = ProcessorFault.exception(.invalidOpcode)

  static func generalProtection(_ code: UInt32 = 0) -> ProcessorFault {
    .exception(.generalProtection, errorCode: code)
  }
  static func stackFault(_ code: UInt32 = 0) -> ProcessorFault {
    .exception(.stackFault, errorCode: code)
  }
  static func notPresent(_ code: UInt32) -> ProcessorFault {
    .exception(.segmentNotPresent, errorCode: code)
  }
  static func invalidTSS(_ code: UInt32) -> ProcessorFault {
    .exception(.invalidTSS, errorCode: code)
  }

  init(_ fault: LinearFault) {
    switch fault {
    case .pageFault(let address, let errorCode):
      self = .exception(.pageFault, errorCode: errorCode, address: address)
    case .notMemory: self = .notRepairable
    }
  }
}
