/// What can be measured of a theme: whether its text can be read, its states told apart, its heat ramp
/// followed, by people with normal and with other colour vision. What the user's terminal decides is
/// not measured.
public struct ThemeCheck: Sendable {
  /// The smallest of some values, and whose it is.
  public struct Lowest: Sendable, Hashable {
    /// The value.
    public let value: Double
    /// The role or the two.
    public let roles: [Role]
  }

  /// The theme that was measured.
  public let theme: Theme
  /// The contrast of each role that is text, where the theme decides both colours.
  public let contrasts: [(role: Role, contrast: Double)]
  /// The two states that are nearest to each other, by the eye that sees them, as CIEDE2000 counts.
  /// Empty where the terminal decides the colour of one.
  public let states: [ColorVision: Lowest]
  /// The two neighbours on the heat ramp that are nearest to each other.
  public let steps: [ColorVision: Lowest]
  /// For whom the heat ramp does not get lighter, or darker, with every step.
  public let unsteady: [ColorVision]
  /// The lowest contrast of text with 256 colours.
  public let contrastOf256: Lowest?
  /// ``states`` with 256 colours.
  public let statesOf256: [ColorVision: Lowest]
  /// States with the same colour and attributes with 16 colours.
  public let equalOf16: [[Role]]

  /// The states that must differ, as monitor.md 2.4 has them.
  public static let measuredStates: [Role] = [
    .stateRunning, .stateVMM, .stateHalted, .stateWaiting, .stateKicked, .stateStopped, .stateFault,
  ]

  /// Below this two colours cannot be told apart even side by side.
  static let indistinct = 2.3
  /// Below this two coloured words look alike.
  static let similar = 10.0

  /// Lines, what is switched off (WCAG exempts it), and the ramp are no text.
  static let texts: [Role] = {
    let others = [.border, .borderFocus, .disabled] + HeatRamp.roles
    return Role.allCases.filter { !others.contains($0) }
  }()

  /// Measures a theme.
  public init(_ theme: Theme) {
    self.theme = theme
    contrasts = ThemeCheck.texts.compactMap { role in
      theme.contrast(of: role).map { (role, $0) }
    }
    func exact(_ role: Role) -> (role: Role, color: RGB)? {
      guard case .rgb(let color) = theme.style(of: role).foreground else { return nil }
      return (role, color)
    }
    func reduced(_ color: RGB) -> RGB { XtermPalette.color(XtermPalette.nearest(to: color)) }
    let colors = ThemeCheck.measuredStates.compactMap(exact)
    let isComplete = colors.count == ThemeCheck.measuredStates.count
    states = isComplete ? ThemeCheck.nearest(ThemeCheck.pairs(colors)) : [:]
    statesOf256 =
      isComplete
      ? ThemeCheck.nearest(ThemeCheck.pairs(colors.map { ($0.role, reduced($0.color)) })) : [:]
    contrastOf256 =
      ThemeCheck.texts.compactMap { role -> Lowest? in
        let style = theme.style(of: role)
        guard case .rgb(let front) = style.foreground, case .rgb(let back) = style.background
        else { return nil }
        return Lowest(value: reduced(front).contrast(with: reduced(back)), roles: [role])
      }.min { $0.value < $1.value }
    let ramp = HeatRamp.roles.compactMap(exact)
    if ramp.count == HeatRamp.roles.count {
      steps = ThemeCheck.nearest(Array(zip(ramp, ramp.dropFirst())))
      unsteady = ColorVision.allCases.filter { !ThemeCheck.isSteady(ramp.map(\.color), $0) }
    } else {
      (steps, unsteady) = ([:], [])
    }
    equalOf16 = ThemeCheck.equal(theme)
  }

  /// Whether the lightness goes one way all along.
  private static func isSteady(_ ramp: [RGB], _ vision: ColorVision) -> Bool {
    let lightness = ramp.map { LabColor($0, vision: vision).lightness }
    let pairs = Array(zip(lightness, lightness.dropFirst()))
    return pairs.allSatisfy { $0 < $1 } || pairs.allSatisfy { $0 > $1 }
  }

  private typealias Entry = (role: Role, color: RGB)

  private static func pairs(_ entries: [Entry]) -> [(Entry, Entry)] {
    entries.indices.flatMap { first in
      entries[(first + 1)...].map { (entries[first], $0) }
    }
  }

  private static func nearest(_ pairs: [(Entry, Entry)]) -> [ColorVision: Lowest] {
    var result: [ColorVision: Lowest] = [:]
    for vision in ColorVision.allCases {
      result[vision] =
        pairs.map { first, second in
          Lowest(
            value: first.color.difference(from: second.color, vision: vision),
            roles: [first.role, second.role])
        }.min { $0.value < $1.value }
    }
    return result
  }

  /// The states that a terminal with sixteen colours shows alike.
  private static func equal(_ theme: Theme) -> [[Role]] {
    struct Look: Hashable {
      let color: Color
      let attributes: Attributes
    }
    var looks: [Look: [Role]] = [:]
    for role in measuredStates {
      let style = theme.style(of: role)
      var color = style.ansiForeground ?? style.foreground
      if case .rgb(let rgb) = color { color = .ansi(.nearest(to: rgb)) }
      looks[Look(color: color, attributes: style.attributes), default: []].append(role)
    }
    return looks.values.filter { $0.count > 1 }.sorted { $0[0].rawValue < $1[0].rawValue }
  }
}
