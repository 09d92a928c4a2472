/// What our board has on each pin of the I/O APIC: the 16 ISA interrupt requests on the pins of the
/// same numbers, but the timer's on 2 and the 8259 pair's output on 0. Pins 16 to 23 are free.
enum BoardWiring {
  /// In at most 10 columns; empty where nothing is wired.
  static func word(_ pin: Int) -> String {
    switch pin {
    case 0: "8259 pair"
    case 1: "keyboard"
    case 2: "8254 timer"
    case 4: "COM1"
    case 8: "RTC"
    case 9: "ACPI SCI"
    case 3, 5...7, 10...15: "ISA \(pin)"
    default: ""
    }
  }

  /// In full.
  static func words(_ pin: Int) -> String {
    switch pin {
    case 0: "output of the 8259 pair"
    case 1, 2, 4, 8, 9: "\(word(pin)), ISA IRQ \(pin == 2 ? 0 : pin)"
    case 3, 5...7, 10...15: "ISA IRQ \(pin), no device of ours"
    default: "nothing wired"
    }
  }
}
