import Commands
import Rendezvous
import Telemetry

/// Which entries of the log are shown. Words with blanks between, all of which must hold:
///
/// | word | holds for |
/// |---|---|
/// | `rdv` `inj` `set` `msg` `lost` | entries of that kind; several of them with commas: `rdv,inj` |
/// | `init` `rte` `bare` | rendezvous of that cause |
/// | `spur` | rendezvous that cost a bystander something |
/// | `lag>100` `lag<20` | rendezvous that took more, or less, microseconds |
/// | `vcpu:0,2-3` | entries that one of these vcpus asked for or is named in |
/// | `#18842` | the rendezvous or injection of that number |
/// | anything else | lines that contain it; the case of letters does not count |
/// | `!word` | all that `word` does not hold for |
struct LogFilter: Sendable, Equatable {
  /// Scalars that a filter may have.
  static let limit = 200

  /// As it was typed.
  let text: String
  private let terms: [Term]

  /// One word.
  private struct Term: Sendable, Equatable {
    let isNegated: Bool
    let test: Test
  }

  private enum Test: Sendable, Equatable {
    case kinds([Kind])
    case cause(RendezvousCause)
    case spurious
    case slower(nanoseconds: UInt64)
    case faster(nanoseconds: UInt64)
    case vcpus(CPUSet)
    case number(UInt64)
    case line(String)
  }

  private enum Kind: String, CaseIterable, Sendable {
    case rdv, inj, set, msg, lost
  }

  /// What is wrong with a filter, in one line.
  struct Mistake: Error, Equatable {
    let words: String
  }

  /// Reads `text`; nil where it is blank. `vcpus`: how many the guest has.
  static func parse(_ text: String, vcpus: Int) throws(Mistake) -> LogFilter? {
    var terms: [Term] = []
    for word in text.split(separator: " ") {
      let isNegated = word.first == "!"
      let rest = String(isNegated ? word.dropFirst() : word[...])
      if rest.isEmpty { throw Mistake(words: "'!' must have a word behind it, as in !rdv") }
      terms.append(Term(isNegated: isNegated, test: try test(rest, vcpus: vcpus)))
    }
    return terms.isEmpty ? nil : LogFilter(text: text, terms: terms)
  }

  private static func test(_ word: String, vcpus: Int) throws(Mistake) -> Test {
    let lower = word.lowercased()
    let parts = lower.split(separator: ",")
    let kinds = parts.compactMap { Kind(rawValue: String($0)) }
    if !kinds.isEmpty && kinds.count == parts.count { return .kinds(kinds) }
    switch lower {
    case "init": return .cause(.initIPI)
    case "rte": return .cause(.redirectionEntry)
    case "bare": return .cause(.operatorRequest)
    case "spur": return .spurious
    default: break
    }
    if lower.hasPrefix("vcpu:") {
      do throws(TargetError) {
        // Not `self` or `others`, which would change with the selection.
        return .vcpus(
          try TargetExpression.parse(String(lower.dropFirst(5)), self: 0, count: vcpus))
      } catch { throw Mistake(words: error.description) }
    }
    if lower.hasPrefix("lag>") || lower.hasPrefix("lag<") {
      let number = String(lower.dropFirst(4))
      guard let micro = UInt64(number), micro < .max / 1_000 else {
        throw Mistake(words: "'\(word)': give microseconds, as in lag>100")
      }
      return lower.hasPrefix("lag>")
        ? .slower(nanoseconds: micro * 1_000) : .faster(nanoseconds: micro * 1_000)
    }
    if lower.first == "#", let number = UInt64(lower.dropFirst()) { return .number(number) }
    return .line(lower)
  }

  /// Whether `entry` is shown.
  func accepts(_ entry: LogEntry) -> Bool {
    terms.allSatisfy { Self.holds($0.test, for: entry) != $0.isNegated }
  }

  private static func holds(_ test: Test, for entry: LogEntry) -> Bool {
    var record: RendezvousRecord?
    if case .rendezvous(let found) = entry.event { record = found }
    switch test {
    case .kinds(let kinds): return kinds.contains(kind(of: entry))
    case .cause(let cause): return record?.cause == cause
    case .spurious: return record.map { $0.bystanders > 0 } ?? false
    case .slower(let limit): return record.map { $0.latencyNanoseconds > limit } ?? false
    case .faster(let limit): return record.map { $0.latencyNanoseconds < limit } ?? false
    case .vcpus(let vcpus): return names(vcpus, in: entry)
    case .number(let number):
      if case .injection(let report) = entry.event { return report.id == number }
      return record?.id == number
    case .line(let part):
      let line = LogWords.spans(entry, width: 200).map(\.text).joined()
      return line.lowercased().contains(part)
    }
  }

  private static func kind(of entry: LogEntry) -> Kind {
    switch entry.event {
    case .rendezvous: .rdv
    case .injection: .inj
    case .policyChanged, .scenarioChanged: .set
    case .message, .assertionFailed, .rendezvousBroken: .msg
    case .dropped: .lost
    }
  }

  /// The vcpu of a message that begins with one: `vcpu 3: KVM refuses ...`.
  static func subject(of text: String) -> Int? {
    guard text.hasPrefix("vcpu ") else { return nil }
    let digits = text.dropFirst(5).prefix { $0.isASCII && $0.isNumber }
    return Int(digits).flatMap { $0 < CPUSet.capacity ? $0 : nil }
  }

  private static func names(_ vcpus: CPUSet, in entry: LogEntry) -> Bool {
    switch entry.event {
    case .rendezvous(let record):
      return record.initiator.map { vcpus.contains($0) } ?? false
        || !record.targets.intersection(vcpus).isEmpty
    case .injection(let report):
      return report.targets.contains { $0.vcpu >= 0 && vcpus.contains($0.vcpu) }
        || !report.injection.namedVCPUs.intersection(vcpus).isEmpty
    case .message(let text): return subject(of: text).map { vcpus.contains($0) } ?? false
    case .assertionFailed(let failure): return vcpus.contains(failure.vcpu)
    case .rendezvousBroken(let broken):
      return broken.culprits.contains { vcpus.contains($0.vcpu) }
    case .policyChanged, .scenarioChanged, .dropped: return false
    }
  }
}
