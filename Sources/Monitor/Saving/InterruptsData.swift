import Telemetry

/// What `w` saves of the Interrupts view: every pin with its entry decoded (82093AA data sheet, 3.2.4), and
/// the 8259 pair.
enum InterruptsData {
  static func members(_ model: MonitorModel) -> [ReportValue.Member] {
    let recording = model.shown
    let controllers = recording.snapshot.controllers
    let pins = controllers.pins.prefix(PinHistory.pinCount).enumerated()
    return [
      .init("pins", .list(pins.map { pin($0.offset, $0.element, recording) })),
      .init(
        "pair8259",
        .object([
          .init("requesting", .flag(controllers.isPairRequesting)),
          .init("master", chip(controllers.master)), .init("slave", chip(controllers.slave)),
        ])),
    ]
  }

  private static func pin(
    _ number: Int, _ pin: InterruptControllers.Pin, _ recording: Recording
  ) -> ReportValue {
    let entry = PinEntry(rawValue: pin.entry)
    return .object([
      .init("pin", .count(number)), .init("wiredTo", .text(BoardWiring.words(number))),
      .init("entry", .hex(entry.rawValue)), .init("vector", .number(UInt64(entry.vector))),
      .init("deliveryMode", .text(entry.modeWord)),
      .init("destinationMode", .text(entry.isLogical ? "logical" : "physical")),
      .init("destination", .number(UInt64(entry.destination))),
      .init("receivers", .text(entry.receiversInFull(vcpus: recording.snapshot.vcpus.count))),
      .init("masked", .flag(entry.isMasked)), .init("trigger", .text(entry.triggerWord)),
      .init("activeLow", .flag(entry.isActiveLow)), .init("remoteIRR", .flag(entry.hasRemoteIRR)),
      .init("sendPending", .flag(entry.isSendPending)), .init("asserted", .flag(pin.isAsserted)),
      .init("delivered", .number(pin.delivered)),
      .init("deliveredPerSecond", .decimal(recording.pins.rate(number))),
    ])
  }

  private static func chip(_ chip: InterruptControllers.PIC8259) -> ReportValue {
    .object([
      .init("irr", .hex(UInt64(chip.interruptRequest))),
      .init("isr", .hex(UInt64(chip.inService))), .init("imr", .hex(UInt64(chip.interruptMask))),
      .init("elcr", .hex(UInt64(chip.levelTriggered))),
      .init("vectorBase", .number(UInt64(chip.vectorBase))),
    ])
  }
}
