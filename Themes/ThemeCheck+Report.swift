extension ThemeCheck {
  /// What is wrong; empty when the theme keeps what it promises.
  public var errors: [String] {
    var errors = contrasts.filter { $0.contrast < theme.wantedContrast }.map { entry in
      "\(entry.role.rawValue) has a contrast of \(Self.text(entry.contrast)), below "
        + Self.text(theme.wantedContrast)
    }
    for vision in ColorVision.allCases {
      if let lowest = states[vision], lowest.value < Self.indistinct {
        errors.append(
          "\(Self.names(lowest.roles)) cannot be told apart by \(vision.words) "
            + "(\(Self.text(lowest.value)))")
      }
    }
    errors += unsteady.map { "the heat ramp does not get steadily lighter for \($0.words)" }
    return errors
  }

  /// What may be meant, and is worth to know.
  public var notes: [String] {
    var notes: [String] = []
    for vision in ColorVision.allCases {
      // As printed: 9.97 is 10.0.
      if let lowest = states[vision], lowest.value >= Self.indistinct,
        lowest.value < Self.similar - 0.05
      {
        notes.append(
          "\(Self.names(lowest.roles)) look alike to \(vision.words) (\(Self.text(lowest.value)))")
      }
    }
    if let lowest = contrastOf256, lowest.value < theme.wantedContrast - 0.05 {
      notes.append(
        "with 256 colours \(Self.names(lowest.roles)) has a contrast of "
          + "\(Self.text(lowest.value)), below \(Self.text(theme.wantedContrast))")
    }
    for vision in ColorVision.allCases {
      if let lowest = statesOf256[vision], lowest.value < Self.indistinct {
        notes.append(
          "with 256 colours \(Self.names(lowest.roles)) cannot be told apart by \(vision.words) "
            + "(\(Self.text(lowest.value)))")
      }
    }
    notes += equalOf16.map { "\(Self.names($0)) look the same with 16 colours" }
    return notes
  }

  /// All of it, a line each, without control characters.
  public var lines: [String] {
    var lines = ["\(theme.name) (\(theme.appearance.rawValue))"]
    func add(_ title: String, _ text: String) {
      lines.append("  \(title)\(String(repeating: " ", count: max(1, 13 - title.count)))\(text)")
    }
    if let lowest = contrasts.min(by: { $0.contrast < $1.contrast }) {
      add(
        "contrast",
        "\(Self.text(lowest.contrast)) or more (\(lowest.role.rawValue)); wanted "
          + Self.text(theme.wantedContrast))
    } else {
      add("contrast", "the terminal's")
    }
    add("states", Self.distances(states))
    add("heat steps", Self.distances(steps))
    if let lowest = contrastOf256 {
      add(
        "256 colours",
        "contrast \(Self.text(lowest.value)) (\(Self.names(lowest.roles))); states "
          + Self.distances(statesOf256))
    }
    let equal = equalOf16.reduce(0) { $0 + $1.count - 1 }
    let count = Self.measuredStates.count
    add("16 colours", "\(count - equal) of \(count) states differ")
    lines += notes.map { "  note: \($0)" }
    lines += errors.map { "  error: \($0)" }
    return lines
  }

  private static func distances(_ distances: [ColorVision: Lowest]) -> String {
    guard !distances.isEmpty else { return "the terminal's" }
    return ColorVision.allCases.compactMap { vision in
      distances[vision].map { "\(vision.rawValue) \(text($0.value))" }
    }.joined(separator: ", ")
  }

  private static func names(_ roles: [Role]) -> String {
    let names = roles.map(\.rawValue)
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }

  /// With one decimal. No measured value is beyond thousands.
  static func text(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}

extension ColorVision {
  /// Who sees so.
  var words: String {
    switch self {
    case .normal: "normal eyes"
    case .protan: "protan eyes"
    case .deutan: "deutan eyes"
    case .tritan: "tritan eyes"
    }
  }
}
