import Glibc

/// A colour in CIE L*a*b* (1976) for the light of sRGB's white, D65.
struct LabColor: Sendable, Hashable {
  /// Lightness, 0 (black) to 100 (white).
  var lightness: Double
  /// From green (negative) to red.
  var a: Double
  /// From blue (negative) to yellow.
  var b: Double

  init(lightness: Double, a: Double, b: Double) {
    self.lightness = lightness
    self.a = a
    self.b = b
  }

  /// An sRGB colour as an eye sees it.
  init(_ color: RGB, vision: ColorVision = .normal) {
    let linear = vision.seen(color.linear)
    // IEC 61966-2-1 to XYZ, over the white point.
    let x = (linear * SIMD3(0.4124564, 0.3575761, 0.1804375)).sum() / 0.95047
    let y = (linear * SIMD3(0.2126729, 0.7151522, 0.0721750)).sum()
    let z = (linear * SIMD3(0.0193339, 0.1191920, 0.9503041)).sum() / 1.08883
    func root(_ value: Double) -> Double {
      value > 216.0 / 24389 ? cbrt(value) : (24389.0 / 27 * value + 16) / 116
    }
    self.init(
      lightness: 116 * root(y) - 16, a: 500 * (root(x) - root(y)), b: 200 * (root(y) - root(z)))
  }

  /// CIEDE2000's difference (CIE 142-2001, all weights 1): 1 is just noticed side by side; two words
  /// on a screen want 10. Follows Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula"
  /// (2005).
  func difference(from other: LabColor) -> Double {
    let meanChroma = (hypot(a, b) + hypot(other.a, other.b)) / 2
    let stretch = 1 + 0.5 * (1 - LabColor.saturation(meanChroma))
    let first = Polar(a: a * stretch, b: b)
    let second = Polar(a: other.a * stretch, b: other.b)
    let isGrey = first.chroma * second.chroma == 0
    var turn = isGrey ? 0 : second.hue - first.hue
    if turn > 180 { turn -= 360 } else if turn < -180 { turn += 360 }
    var hue = first.hue + second.hue
    if !isGrey {
      if abs(first.hue - second.hue) > 180 { hue += hue < 360 ? 360 : -360 }
      hue /= 2
    }
    let lightness = (self.lightness + other.lightness) / 2
    let chroma = (first.chroma + second.chroma) / 2
    let weight =
      1 - 0.17 * LabColor.cosine(hue - 30) + 0.24 * LabColor.cosine(2 * hue)
      + 0.32 * LabColor.cosine(3 * hue + 6) - 0.20 * LabColor.cosine(4 * hue - 63)
    let offset = (lightness - 50) * (lightness - 50)
    let lightnessStep =
      (other.lightness - self.lightness) / (1 + 0.015 * offset / (20 + offset).squareRoot())
    let chromaStep = (second.chroma - first.chroma) / (1 + 0.045 * chroma)
    let hueStep =
      2 * (first.chroma * second.chroma).squareRoot() * LabColor.sine(turn / 2)
      / (1 + 0.015 * chroma * weight)
    let around = (hue - 275) / 25
    let rotation =
      -2 * LabColor.saturation(chroma) * LabColor.sine(60 * exp(-around * around))
    let square =
      lightnessStep * lightnessStep + chromaStep * chromaStep + hueStep * hueStep
      + rotation * chromaStep * hueStep
    return max(0, square).squareRoot()
  }

  /// Chroma and hue (degrees, 0 to 360).
  private struct Polar {
    let chroma: Double
    let hue: Double

    init(a: Double, b: Double) {
      chroma = hypot(a, b)
      let angle = atan2(b, a) * 180 / .pi
      hue = angle < 0 ? angle + 360 : angle
    }
  }

  /// Near 0 for greys, near 1 for strong colours; for the formula's corrections of blue.
  private static func saturation(_ chroma: Double) -> Double {
    let power = pow(chroma, 7)
    return (power / (power + 6_103_515_625)).squareRoot()
  }

  private static func cosine(_ degrees: Double) -> Double { cos(degrees * .pi / 180) }
  private static func sine(_ degrees: Double) -> Double { sin(degrees * .pi / 180) }
}

extension RGB {
  /// CIEDE2000's difference of two colours as an eye sees them: 0 equal, 1 just noticed, 10 told apart
  /// at a glance, 100 black and white.
  public func difference(from other: RGB, vision: ColorVision = .normal) -> Double {
    LabColor(self, vision: vision).difference(from: LabColor(other, vision: vision))
  }
}
