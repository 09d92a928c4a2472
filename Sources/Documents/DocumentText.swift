/// The text of a YAML file of the user's, checked before a YAML parser may see it: a file that is too large, not
/// text, nested too deeply or built to expand is refused here, cheaply and without recursion.
public struct DocumentText: Sendable {
  /// What a file is, for messages.
  public struct Kind: Sendable {
    /// What it is called, with its article: `a theme`.
    public let noun: String
    /// What it begins with, for somebody who finds it empty.
    public let beginning: String
    /// What to write in place of an alias.
    public let insteadOfAlias: String

    /// A kind of file.
    public init(noun: String, beginning: String, insteadOfAlias: String) {
      self.noun = noun
      self.beginning = beginning
      self.insteadOfAlias = insteadOfAlias
    }
  }

  /// The text.
  public let string: String
  private let lines: [Substring.UnicodeScalarView]
  private let kind: Kind

  /// The largest file, bytes: 256 KiB. Ours have 3 to 12.
  public static let largest = 256 * 1024
  /// How deep brackets may nest, and how many columns of indentation there may be. A theme needs 3.
  private static let deepest = 64

  /// The text of `bytes`, or the first thing that no file of the kind has.
  public init(_ bytes: [UInt8], kind: Kind) throws(DocumentProblem) {
    self.kind = kind
    guard bytes.count <= DocumentText.largest else {
      throw DocumentProblem("the file is larger than 256 KiB; \(kind.noun) has a few")
    }
    try DocumentText.checkEncoding(bytes, kind)
    // Some editors begin UTF-8 with a byte order mark.
    let hasMark = bytes.starts(with: [0xef, 0xbb, 0xbf])
    string = String(decoding: bytes.dropFirst(hasMark ? 3 : 0), as: UTF8.self)
    lines = string.unicodeScalars.split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" })
    guard lines.contains(where: DocumentText.hasContent) else {
      throw empty
    }
    try checkDepth()
    try checkAliases()
  }

  /// The problem of a file without content.
  var empty: DocumentProblem {
    DocumentProblem("the file is empty; \(kind.noun) begins with \(kind.beginning)")
  }

  /// A `#rrggbb` that was not quoted and so became a comment, at or before `line` (from 1).
  public func unquotedColor(from first: Int = 1, through last: Int) -> DocumentProblem? {
    let end = min(last, lines.count)
    guard first >= 1 && first <= end else { return nil }
    for number in first...end {
      let scalars = Array(lines[number - 1])
      if let index = DocumentText.comment(in: scalars) {
        let before = scalars[..<index].last { $0 != " " && $0 != "\t" }
        guard before == ":" || before == "," || before == "[" || before == "-" else { continue }
        let digits = scalars[(index + 1)...].prefix { $0.properties.isASCIIHexDigit }
        guard (3...8).contains(digits.count) else { continue }
        var color = "#"
        color.unicodeScalars.append(contentsOf: digits)
        return DocumentProblem(
          "an unquoted # begins a comment, so there is no colour here; quote it: '\(color)'",
          line: number, column: index + 1)
      }
    }
    return nil
  }

  /// Where the line's comment begins: at a # at its beginning or after a space, not in quotes.
  private static func comment(in line: [Unicode.Scalar]) -> Int? {
    var quote: Unicode.Scalar?
    for (index, scalar) in line.enumerated() {
      let isFirst = index == 0 || line[index - 1] == " " || line[index - 1] == "\t"
      if let open = quote {
        if scalar == open { quote = nil }
      } else if scalar == "#" && isFirst {
        return index
      } else if scalar == "\"" || scalar == "'" {
        quote = scalar
      }
    }
    return nil
  }

  private static func hasContent(_ line: Substring.UnicodeScalarView) -> Bool {
    let first = line.first { $0 != " " && $0 != "\t" && $0 != "\r" }
    return first != nil && first != "#"
  }

  /// UTF-8 without control characters, and with lines that end as everybody's do: YAML would also end
  /// them at a lone CR or at U+2028, and then its line numbers would not be ours.
  private static func checkEncoding(
    _ bytes: [UInt8], _ kind: Kind
  ) throws(DocumentProblem) {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var line = 1
    var column = 1
    var isAfterReturn = false
    while true {
      switch decoder.decode(&iterator) {
      case .emptyInput: return
      case .error:
        throw DocumentProblem("not UTF-8; save the file as UTF-8", line: line, column: column)
      case .scalarValue("\n"):
        line += 1
        column = 1
        isAfterReturn = false
      case .scalarValue(let scalar):
        let value = scalar.value
        let isControl =
          (value < 0x20 && scalar != "\t" && scalar != "\r") || (0x7f..<0xa0).contains(value)
          || value == 0x2028 || value == 0x2029 || isAfterReturn
        if isControl {
          if isAfterReturn {
            throw DocumentProblem(
              "a carriage return inside a line; end lines with LF or CR LF", line: line,
              column: column)
          }
          let number = String(value, radix: 16, uppercase: true)
          throw DocumentProblem(
            "a control character (U+\(String(repeating: "0", count: 4 - number.count))\(number)) "
              + "has no place in \(kind.noun)", line: line, column: column)
        }
        column += 1
        isAfterReturn = scalar == "\r"
      }
    }
  }

  /// Brackets are counted wherever they stand, also in quotes: no theme has that many anywhere.
  private func checkDepth() throws(DocumentProblem) {
    var depth = 0
    for (number, line) in lines.enumerated() {
      let blockIndicators: Set<Unicode.Scalar> = [" ", "-", "?", ":", "\t"]
      let indentation = line.prefix { blockIndicators.contains($0) }.count
      var isTooDeep = indentation > DocumentText.deepest
      for scalar in line {
        if scalar == "[" || scalar == "{" { depth += 1 }
        if scalar == "]" || scalar == "}" { depth = max(0, depth - 1) }
        isTooDeep = isTooDeep || depth > DocumentText.deepest
      }
      if isTooDeep {
        throw DocumentProblem("nested too deeply for \(kind.noun)", line: number + 1, column: 1)
      }
    }
  }

  /// YAML's aliases can make a small file huge, so a file that both defines and uses one is refused; an alias without its anchor is the parser's error.
  private func checkAliases() throws(DocumentProblem) {
    var anchors: Set<String> = []
    for line in lines { anchors.formUnion(names(in: line, after: "&").map(\.name)) }
    for (number, line) in lines.enumerated() {
      if let alias = names(in: line, after: "*").first(where: { anchors.contains($0.name) }) {
        throw DocumentProblem(
          "\(kind.noun) takes no YAML aliases (\(Printable.quoted("*" + alias.name))); "
            + kind.insteadOfAlias, line: number + 1, column: alias.column)
      }
    }
  }

  private func names(
    in line: Substring.UnicodeScalarView, after sign: Unicode.Scalar
  ) -> [(name: String, column: Int)] {
    let scalars = Array(line)
    var found: [(name: String, column: Int)] = []
    for index in scalars.indices where scalars[index] == sign {
      let name = scalars[(index + 1)...].prefix {
        $0.isASCII && ($0.properties.isAlphabetic || $0 == "-" || $0 == "_" || isDigit($0))
      }
      guard !name.isEmpty else { continue }
      found.append((String(String.UnicodeScalarView(name)), index + 1))
    }
    return found
  }

  private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
