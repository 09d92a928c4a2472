import Glibc

/// The files of this clone, as far as tests look at them. No Foundation: a few C calls do.
enum SourceTree {
  /// The top of the clone, from where this file lies.
  static let root: String = {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/")
  }()

  /// The names in a folder, sorted, without the two that every folder has.
  static func names(in folder: String) -> [String] {
    guard let directory = opendir("\(root)/\(folder)") else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The Swift files below `folder`, as paths from the top.
  static func swiftFiles(below folder: String) -> [String] {
    names(in: folder).flatMap { name in
      let path = "\(folder)/\(name)"
      if name.hasSuffix(".swift") { return [path] }
      return name.contains(".") ? [] : swiftFiles(below: path)
    }
  }

  /// The lines of a file without comments and without what stands in quotation marks.
  static func code(_ path: String) -> [String] {
    var isQuoted = false
    return text(path).split(separator: "\n", omittingEmptySubsequences: false).map { line in
      strip(line, isQuoted: &isQuoted)
    }
  }

  private static func strip(_ line: Substring, isQuoted: inout Bool) -> String {
    // A text of several lines begins and ends with three quotation marks at an end of a line.
    if line.hasSuffix("\"\"\"") || line.drop(while: { $0 == " " }).hasPrefix("\"\"\"") {
      isQuoted.toggle()
      return ""
    }
    if isQuoted { return "" }
    var result = ""
    var isInside = false
    var previous: Character = " "
    for character in line {
      if character == "\"" && previous != "\\" {
        isInside.toggle()
      } else if !isInside {
        if character == "/" && previous == "/" { return String(result.dropLast()) }
        result.append(character)
      }
      previous = character
    }
    return result
  }

  static func text(_ path: String) -> String {
    let descriptor = open("\(root)/\(path)", O_RDONLY)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The words of a line of code.
  static func words(_ line: String) -> [Substring] {
    line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "@") }
  }
}
