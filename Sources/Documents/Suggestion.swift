/// "Did you mean", for names in theme files and settings, and in the prompt of commands.
public enum Suggestion {
  /// ` (did you mean 'x'?)` for the nearest of `names`, or nothing when none is near.
  public static func hint(for name: String, among names: [String]) -> String {
    nearest(to: name, among: names).map { " (did you mean \(Printable.quoted($0))?)" } ?? ""
  }

  /// The name with the fewest changed letters; at most a third of them, and one always.
  public static func nearest(to name: String, among names: [String]) -> String? {
    let typed = Array(name.utf8.prefix(64))
    let limit = max(1, typed.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in names {
      let found = distance(typed, Array(candidate.utf8.prefix(64)))
      if found <= limit && found < best?.distance ?? .max { best = (candidate, found) }
    }
    return best?.name
  }

  /// Levenshtein's distance, two neighbours exchanged counting as one.
  private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var older = [Int](repeating: 0, count: second.count + 1)
    var old = Array(0...second.count)
    for i in first.indices {
      var new = [i + 1]
      for j in second.indices {
        var value = min(new[j] + 1, old[j + 1] + 1, old[j] + (first[i] == second[j] ? 0 : 1))
        if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
          value = min(value, older[j - 1] + 1)
        }
        new.append(value)
      }
      older = old
      old = new
    }
    return old[second.count]
  }
}

/// Text of a file made fit for a message: the message may go to a terminal.
public enum Printable {
  /// In quotes, at most 40 characters.
  public static func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    return "'\(clean(scalars.prefix(40)))\(scalars.count > 40 ? "..." : "")'"
  }

  /// Whole.
  public static func path(_ text: String) -> String { clean(text.unicodeScalars[...]) }

  private static func clean(_ scalars: Substring.UnicodeScalarView) -> String {
    var result = String.UnicodeScalarView()
    for scalar in scalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
        .privateUse:
        result.append("?")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
