extension Report {
  /// The same for humans: a block for each object, aligned, then a table with a row for each vcpu. Every
  /// name and number is that of the JSON. Ends with a newline; no control character but newlines.
  public var text: String {
    var lines: [String] = []
    guard case .object(let members) = value else { return "" }
    let labelWidth = members.map(\.name.count).max() ?? 0
    for member in members where member.name != "vcpus" {
      let label = Self.padded(member.name, labelWidth, rightAligned: false)
      let blank = String(repeating: " ", count: labelWidth)
      // Nested objects have a line each; plain values of an object share one.
      for (index, line) in Self.lines(of: member.value).enumerated() {
        lines.append("\(index == 0 ? label : blank)  \(line)")
      }
    }
    if case .list(let rows)? = value["vcpus"], !rows.isEmpty {
      lines.append("")
      lines += Self.table(rows)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(of value: ReportValue) -> [String] {
    guard case .object(let members) = value else { return [plain(value)] }
    var flat: [String] = []
    var nested: [String] = []
    for member in members {
      if case .object = member.value {
        for line in lines(of: member.value) { nested.append("\(member.name): \(line)") }
      } else {
        flat.append("\(member.name) \(plain(member.value))")
      }
    }
    return (flat.isEmpty ? [] : [flat.joined(separator: "  ")]) + nested
  }

  /// One column for each value of a row, its header the path of keys; columns of zeros are left out.
  private static func table(_ rows: [ReportValue]) -> [String] {
    let cells = rows.map { columns(of: $0, path: "") }
    guard let header = cells.first else { return [] }
    var lines = Array(repeating: "", count: rows.count + 1)
    for (index, column) in header.enumerated() {
      let values = cells.map { $0[index].text }
      if column.name != "id" && values.allSatisfy({ $0 == "0" }) { continue }
      let width = max(column.name.count, values.map(\.count).max() ?? 0)
      for (line, text) in ([column.name] + values).enumerated() {
        lines[line] += (lines[line].isEmpty ? "" : "  ") + padded(text, width, rightAligned: true)
      }
    }
    return lines
  }

  private static func columns(
    of value: ReportValue, path: String
  ) -> [(name: String, text: String)] {
    guard case .object(let members) = value else { return [(path, plain(value))] }
    return members.flatMap {
      columns(of: $0.value, path: path.isEmpty ? $0.name : "\(path).\($0.name)")
    }
  }

  private static func plain(_ value: ReportValue) -> String {
    guard case .text(let text) = value else { return value.json }
    // Names come from outside; what would move the cursor is shown as a question mark.
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.map {
          $0.value < 0x20 || (0x7f...0x9f).contains($0.value) ? "?" : $0
        }))
  }

  private static func padded(_ text: String, _ width: Int, rightAligned: Bool) -> String {
    let padding = String(repeating: " ", count: max(0, width - text.count))
    return rightAligned ? padding + text : text + padding
  }
}
