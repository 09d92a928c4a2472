extension RGB {
  /// Relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it.
  public var luminance: Double {
    (linear * SIMD3(0.2126, 0.7152, 0.0722)).sum()
  }

  /// WCAG 2.2 contrast ratio with `other`, 1 to 21. Text wants 4.5 (level AA) or 7 (level AAA).
  public func contrast(with other: RGB) -> Double {
    let first = luminance
    let second = other.luminance
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)
  }
}

extension Theme {
  /// The contrast of a role's text with its own background; nil where the user's terminal decides
  /// one of the two.
  public func contrast(of role: Role) -> Double? {
    let style = style(of: role)
    guard case .rgb(let foreground) = style.foreground,
      case .rgb(let background) = style.background
    else { return nil }
    return foreground.contrast(with: background)
  }
}
