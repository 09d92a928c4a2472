import Documents
import Yams

extension ThemeValueReader {
  /// The most colours of a list: more than eight steps can show.
  private static let mostStops = 64

  /// `heat`: the name of a ramp, or a list of colours from little to much.
  mutating func heat(_ node: Node, on appearance: Theme.Appearance) -> [String: StyleRule] {
    var rules: [StyleRule]
    switch node {
    case .sequence(let sequence): rules = ramp(Array(sequence), node)
    case .mapping:
      report("'heat' is the name of a ramp or a list of colours, not a mapping", at: node)
      return [:]
    default:
      guard let word = text(of: node, what: "the heat ramp") else { return [:] }
      guard let ramp = HeatRamp(rawValue: word) else {
        let known = HeatRamp.allCases.map(\.rawValue)
        report(
          "unknown ramp \(Printable.quoted(word))\(Suggestion.hint(for: word, among: known)); one "
            + "of \(known.joined(separator: ", ")), or a list of colours", at: node)
        return [:]
      }
      rules = ramp.rules(on: appearance)
    }
    var named: [String: StyleRule] = [:]
    for (role, rule) in zip(HeatRamp.roles, rules) { named[role.rawValue] = rule }
    return named
  }

  /// Eight colours as they are; another number is spread over the eight steps.
  private mutating func ramp(_ nodes: [Node], _ list: Node) -> [StyleRule] {
    let steps = HeatRamp.roles.count
    guard (2...ThemeValueReader.mostStops).contains(nodes.count) else {
      report(
        "a ramp is a list of 2 to \(ThemeValueReader.mostStops) colours, not \(nodes.count)",
        at: list)
      return []
    }
    let colors = nodes.map { color($0) }
    if nodes.count == steps { return colors.map { StyleRule(foreground: $0) } }
    var stops: [RGB] = []
    for (node, color) in zip(nodes, colors) {
      // What is no colour has been said.
      guard let color else { return [] }
      guard case .rgb(let rgb) = color else {
        report(
          "only '#rrggbb' can be mixed; give all \(steps) colours to use the terminal's", at: node)
        return []
      }
      stops.append(rgb)
    }
    return HeatRamp.interpolate(stops, count: steps).map { StyleRule(foreground: .rgb($0)) }
  }

  /// `contrast`: what the text of the theme promises, 1 to 21.
  mutating func contrast(_ node: Node) -> Double? {
    guard let word = text(of: node, what: "the contrast") else { return nil }
    if let value = Double(word), (1...21).contains(value) { return value }
    report("\(Printable.quoted(word)) is no contrast; a number from 1 to 21, such as 7", at: node)
    return nil
  }
}
