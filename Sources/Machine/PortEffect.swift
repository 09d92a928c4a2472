/// What an access to a device asks of the vcpu that made it.
enum PortEffect: Equatable {
  case none
  /// The demo guest says that it is lost: the vector of its exception.
  case panic(UInt32)
  /// The machine is to be reset.
  case reset
  /// The guest has switched the machine off.
  case powerOff
  /// The guest printed that its kernel panics.
  case panicked
  /// It has printed all and stopped for good.
  case panicEnded
  /// A service of the BIOS is asked for.
  case biosCall
  /// A test kernel ends with this value.
  case exit(UInt32)
}
