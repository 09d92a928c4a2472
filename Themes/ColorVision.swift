import Glibc

/// How an eye sees colours: the usual way, or without one of the three kinds of cones.
public enum ColorVision: String, Sendable, CaseIterable {
  /// All three kinds of cones.
  case normal
  /// Without the long-wave cones: red and green look alike, and red is dark.
  case protan
  /// Without the middle-wave cones: red and green look alike.
  case deutan
  /// Without the short-wave cones: blue and green, yellow and violet look alike.
  case tritan

  /// What this eye makes of a colour, linear sRGB to linear sRGB, by rows: severity 1 of Machado,
  /// Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision
  /// Deficiency", IEEE TVCG 15 (2009).
  private var matrix: [SIMD3<Double>] {
    switch self {
    case .normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .protan:
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
      ]
    case .deutan:
      [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
      ]
    case .tritan:
      [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
      ]
    }
  }

  /// Linear sRGB as this eye sees it, each channel kept within 0 to 1.
  func seen(_ linear: SIMD3<Double>) -> SIMD3<Double> {
    let rows = matrix
    let seen = SIMD3(
      (rows[0] * linear).sum(), (rows[1] * linear).sum(), (rows[2] * linear).sum())
    return seen.clamped(lowerBound: SIMD3(repeating: 0), upperBound: SIMD3(repeating: 1))
  }
}

extension RGB {
  /// The channels without sRGB's transfer curve (IEC 61966-2-1), 0 to 1.
  var linear: SIMD3<Double> {
    func linear(_ channel: UInt8) -> Double {
      let value = Double(channel) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return SIMD3(linear(red), linear(green), linear(blue))
  }
}
