import Commands
import Telemetry

/// What the operator did to the Interrupts view.
struct InterruptsState: Sendable, Equatable {
  /// The selected pin's number.
  var pin = 0
  /// The first row of the table that is shown, of the pins that are.
  var top = 0
  /// Only pins that are in use.
  var showsUsedOnly = false

  /// The numbers of the pins in the table.
  func pins(_ recording: Recording) -> [Int] {
    let pins = recording.snapshot.controllers.pins.prefix(PinHistory.pinCount)
    let numbers = Array(pins.indices)
    guard showsUsedOnly else { return numbers }
    return numbers.filter { Self.isUsed(pins[$0]) }
  }

  /// Whether a pin is anything but untouched since power-up.
  static func isUsed(_ pin: InterruptControllers.Pin) -> Bool {
    PinEntry(rawValue: pin.entry) != .powerUp || pin.isAsserted || pin.delivered > 0
  }

  /// The place of the selected pin in `pins`: of the nearest one below where it is hidden.
  func place(_ pins: [Int]) -> Int { max(0, (pins.firstIndex { $0 > pin } ?? pins.count) - 1) }

  /// The first row of a table of `rows` rows that has row `place` in it, nearest to ``top``.
  func visibleTop(_ count: Int, place: Int, rows: Int) -> Int {
    let top = max(place - rows + 1, min(top, place))
    return max(0, min(top, count - rows))
  }
}

extension MonitorModel {
  mutating func performInterrupts(_ action: Action) -> [MonitorEffect]? {
    switch action {
    case .up: movePin(-1)
    case .down: movePin(1)
    case .pageUp: movePin(-max(1, interruptsLayout.rows.height))
    case .pageDown: movePin(max(1, interruptsLayout.rows.height))
    case .home: movePin(-1_000)
    case .end: movePin(1_000)
    case .showUsedPins:
      ui.interrupts.showsUsedOnly.toggle()
      movePin(0)
      ui.notice = usedPinsWords
    case .pulsePin: return inject(line: .pulse)
    case .togglePin:
      let pins = live.snapshot.controllers.pins
      let pin = selectedPin ?? -1
      let isAsserted = pins.indices.contains(pin) && pins[pin].isAsserted
      return inject(line: isAsserted ? .deassert : .assert)
    case .maskPin:
      return inject { pin, entry, snapshot in
        PinPlan(
          pin, rewriting: entry, as: entry.rawValue ^ PinEntry.maskBit, snapshot.policy,
          vcpus: snapshot.vcpus.count)
      }
    case .editEntry where isReadOnly: ui.notice = Self.readOnlyNotice
    case .editEntry: editEntry()
    default: return nil
    }
    return []
  }

  mutating func clickInterrupts(_ mouse: MouseEvent, _ body: Rect) -> [MonitorEffect] {
    if mouse.kind != .press {
      movePin(mouse.kind == .wheelUp ? -3 : 3)
      return []
    }
    let rows = interruptsLayout.rows
    let pins = ui.interrupts.pins(shown)
    guard rows.contains(mouse.x, mouse.y) else { return [] }
    let top = ui.interrupts.visibleTop(
      pins.count, place: ui.interrupts.place(pins), rows: rows.height)
    let place = top + mouse.y - rows.y
    if pins.indices.contains(place) { movePin(place - ui.interrupts.place(pins)) }
    return []
  }

  /// Where the view's parts are now.
  var interruptsLayout: InterruptsLayout {
    InterruptsLayout(layout.body, pins: ui.interrupts.pins(shown).count)
  }

  /// The selected pin's number, or nil where no pin is shown.
  var selectedPin: Int? {
    let pins = ui.interrupts.pins(shown)
    let place = ui.interrupts.place(pins)
    return pins.indices.contains(place) ? pins[place] : nil
  }

  /// What the table shows now: where all pins are in use it looks the same with and without the others.
  private var usedPinsWords: String {
    let count = shown.snapshot.controllers.pins.prefix(PinHistory.pinCount).count
    guard ui.interrupts.showsUsedOnly else { return "all \(count) pins are shown" }
    let used = ui.interrupts.pins(shown).count
    switch used {
    case count: return "only the pins in use: all \(count) are"
    case 0: return "only the pins in use: none of \(count) is"
    default: return "only the pins in use: \(used) of \(count)"
    }
  }

  private mutating func movePin(_ step: Int) {
    let pins = ui.interrupts.pins(shown)
    if pins.isEmpty { return }
    let place = max(0, min(ui.interrupts.place(pins) + step, pins.count - 1))
    ui.interrupts.pin = pins[place]
    let rows = interruptsLayout.rows.height
    ui.interrupts.top = ui.interrupts.visibleTop(pins.count, place: place, rows: rows)
  }

  private mutating func inject(line action: Injection.PinAction) -> [MonitorEffect] {
    inject { pin, entry, snapshot in
      PinPlan(pin, action, entry, vcpus: snapshot.vcpus.count)
    }
  }

  /// Injects what `plan` makes of the selected pin's present entry, and says what that will do.
  private mutating func inject(
    _ plan: (Int, PinEntry, Snapshot) -> PinPlan
  ) -> [MonitorEffect] {
    guard let (pin, entry) = injectablePin() else { return [] }
    let plan = plan(pin, entry, live.snapshot)
    ui.notice = plan.words
    return [.perform(.inject(plan.injection))]
  }

  /// The selected pin and its present entry, or a notice why nothing can be done to it.
  private mutating func injectablePin() -> (pin: Int, entry: PinEntry)? {
    if live.snapshot.guestEnded != nil {
      ui.notice = "the guest has ended"
      return nil
    }
    guard let pin = selectedPin, let entry = liveEntry(pin) else {
      ui.notice = "no pin is selected"
      return nil
    }
    return (pin, entry)
  }

  /// The dialog with the pin's present entry in its fields.
  private mutating func editEntry() {
    guard let (pin, entry) = injectablePin() else { return }
    let mode =
      switch entry.deliveryMode {
      case 0: "fixed"
      case 1: "lowest"
      case 4: "nmi"
      default: ""
      }
    let values: [(FormField.Name, String)] = [
      (.pin, "\(pin)"), (.vector, NumberText.hexadecimal(UInt64(entry.vector))),
      (.destination, "\(entry.destination)"), (.deliveryMode, mode.isEmpty ? "fixed" : mode),
      (.destinationMode, entry.isLogical ? "logical" : "physical"),
      (.trigger, entry.triggerWord), (.polarity, entry.polarityWord),
      (.masked, entry.isMasked ? "yes" : "no"),
    ]
    ui.dialog.open(.redirectionEntry, values, focus: .vector)
    ui.overlay = .inject
    if mode.isEmpty {
      ui.notice = "\(entry.modeWord) is none of the dialog's modes: it starts with fixed"
    }
  }
}
