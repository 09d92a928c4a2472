public import Rendezvous

/// Why a target expression was refused, in words for the operator.
public enum TargetError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Nothing was given.
  case empty
  /// A part is neither a vcpu, a range nor a word of the grammar.
  case notATarget(String)
  /// A vcpu that the guest does not have; the second value is the number of its vcpus.
  case noSuchVCPU(UInt64, count: Int)
  /// A range whose first vcpu is above its last.
  case reversedRange(String)
  /// `others` in a guest with a single vcpu.
  case noOthers

  /// Which part was wrong, and what is allowed.
  public var description: String {
    switch self {
    case .empty: "targets: nothing given; give vcpus as 0,2-3, or all, others, self"
    case .notATarget(let part):
      "targets: '\(part)' is no vcpu; give vcpus as 0,2-3, or all, others, self"
    case .noSuchVCPU(let vcpu, 0): "vcpu \(vcpu): this guest has no vcpus"
    case .noSuchVCPU(let vcpu, 1): "vcpu \(vcpu): this guest has vcpu 0 only"
    case .noSuchVCPU(let vcpu, let count): "vcpu \(vcpu): this guest has vcpus 0-\(count - 1)"
    case .reversedRange(let part): "targets: '\(part)' runs backwards; give the lower vcpu first"
    case .noOthers: "others: this guest has vcpu 0 only"
    }
  }
}

/// The grammar in which an operator names vcpus: `0,2-3`, `all`, `others`, `self`; parts separated
/// by commas or spaces, numbers decimal or `0x…`, case of the words ignored.
public enum TargetExpression {
  /// The vcpus that `text` names in a guest with vcpus 0 ..< `count`, `self` being the operator's
  /// own choice (the selected row), which `others` leaves out.
  public static func parse(_ text: String, self own: Int, count: Int) throws(TargetError) -> CPUSet
  {
    let count = min(max(count, 0), CPUSet.capacity)
    var result = CPUSet()
    let parts = parts(of: text)
    if parts.isEmpty { throw .empty }
    for part in parts {
      switch part.lowercased() {
      case "all":
        if count == 0 { throw .noSuchVCPU(0, count: 0) }
        result = result.union(.first(count))
      case "others":
        var others = CPUSet.first(count)
        others.remove(own)
        if others.isEmpty { throw .noOthers }
        result = result.union(others)
      case "self": result.insert(try member(UInt64(max(own, 0)), count: count))
      default: try insert(part, into: &result, count: count)
      }
    }
    return result
  }

  /// Adds one number or range.
  private static func insert(
    _ part: String, into set: inout CPUSet, count: Int
  ) throws(TargetError) {
    let ends = part.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count <= 2, let low = NumberText.parse(String(ends[0])),
      let high = ends.count == 2 ? NumberText.parse(String(ends[1])) : low
    else { throw .notATarget(part) }
    if low > high { throw .reversedRange(part) }
    let first = try member(low, count: count)
    let last = try member(high, count: count)
    for vcpu in first...last { set.insert(vcpu) }
  }

  private static func member(_ number: UInt64, count: Int) throws(TargetError) -> Int {
    guard number < UInt64(count) else { throw .noSuchVCPU(number, count: count) }
    return Int(number)
  }

  /// The parts between commas and white space; blanks around a `-` belong to the range.
  private static func parts(of text: String) -> [String] {
    var parts: [String] = []
    var joins = false
    for word in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
      if !parts.isEmpty && (joins || word.first == "-") {
        parts[parts.count - 1] += word
      } else {
        parts.append(String(word))
      }
      joins = word.last == "-"
    }
    return parts
  }
}
