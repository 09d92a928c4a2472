import CCurses
import Glibc

/// What terminfo says of the terminal's type.
struct TerminalType {
  /// The entry to use.
  let name: String
  /// Its colours.
  let offered: ColorDepth

  /// The entry for TERM; with `--color 256` or `true` a richer entry of the same terminal, when TERM's
  /// own does not have the colours and such an entry is installed.
  init(term: String?, choice: ColorChoice) throws(TerminalError) {
    guard let term, !term.isEmpty else { throw .typeMissing }
    // terminfo takes names as paths: no slashes.
    guard !term.contains("/") else { throw .typeUnknown(term) }
    let colors = unsafe curses_colors_of(term)
    if colors == -1 { throw .typeUnknown(term) }
    if colors < 0 || term == "dumb" { throw .typeTooSimple(term) }
    var best = (name: term, depth: ColorDepth.offered(colors: Int(colors)))
    let base = term.hasSuffix("-256color") ? String(term.dropLast(9)) : term
    let richer =
      switch choice {
      case .direct: [base + "-direct", base + "-256color"]
      case .indexed256: [base + "-256color"]
      default: [String]()
      }
    for candidate in richer {
      let depth = ColorDepth.offered(colors: Int(unsafe curses_colors_of(candidate)))
      if depth > best.depth { best = (candidate, depth) }
    }
    name = best.name
    offered = best.depth
  }
}

/// String capabilities of the terminal that ncurses has open.
enum Capability {
  /// The bytes of a capability without its padding (`$<5>`), empty when there is none.
  static func bytes(_ name: String) -> [UInt8] {
    // A NUL-terminated string that lives as long as the screen; copied here.
    guard let text = unsafe curses_capability(name) else { return [] }
    return withoutPadding(Array(unsafe String(cString: text).utf8))
  }

  /// Leaves `$<...>` out: modern terminals need no rest.
  static func withoutPadding(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "$"), index + 1 < bytes.count,
        bytes[index + 1] == UInt8(ascii: "<"),
        let end = bytes[index...].firstIndex(of: UInt8(ascii: ">"))
      {
        index = end + 1
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }
}
