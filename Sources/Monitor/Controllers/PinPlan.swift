import Commands
import Rendezvous
import Telemetry

/// An injection into a pin, and beforehand in words what it will do to the entry as it is now.
struct PinPlan: Sendable, Equatable {
  let injection: Injection
  let words: String

  /// `action` on the line of `pin`.
  init(_ pin: Int, _ action: Injection.PinAction, _ entry: PinEntry, vcpus: Int) {
    injection = .pin(pin, action)
    let verb =
      switch action {
      case .pulse: "pulses pin \(pin)"
      case .assert: "asserts pin \(pin)"
      case .deassert: "deasserts pin \(pin)"
      }
    let result: String
    if action == .deassert {
      result = "delivers nothing"
    } else if entry.isMasked {
      result = "masked, nothing is delivered"
    } else if entry.isLevel && entry.hasRemoteIRR && entry.usesVector {
      result = "remote IRR is set, waits for the EOI"
    } else {
      result = "\(entry.triggerWord), \(entry.message) to \(entry.receivers(vcpus: vcpus))"
    }
    words = "\(verb): \(result); no rendezvous"
  }

  /// `value` into the entry of `pin`, which holds `old`.
  init(
    _ pin: Int, rewriting old: PinEntry, as value: UInt64, _ policy: RendezvousPolicy, vcpus: Int
  ) {
    let new = PinEntry(rawValue: value)
    injection = .redirectionEntry(pin: pin, value: value)
    let consequence: String
    if !old.isRewritten(as: new) {
      consequence = "nothing changes"
    } else if !new.differsBeyondMaskAndPolarity(from: old) {
      consequence = "no rendezvous (only mask or polarity)"
    } else if policy.triggerModeFilter == .levelOnly && !old.isLevel && !new.isLevel {
      consequence = "no rendezvous (edge before and after)"
    } else {
      consequence = "makes all vcpus meet"
    }
    words =
      "rewrites pin \(pin)'s entry, \(consequence): \(new.isMasked ? "masked, " : "")"
      + "\(new.triggerWord), \(new.message) to \(new.receivers(vcpus: vcpus))"
  }
}

extension MonitorModel {
  /// The entry of `pin` as it is now, also while the picture is frozen: that is what is rewritten.
  func liveEntry(_ pin: Int) -> PinEntry? {
    let pins = live.snapshot.controllers.pins
    return pins.indices.contains(pin) ? PinEntry(rawValue: pins[pin].entry) : nil
  }
}
