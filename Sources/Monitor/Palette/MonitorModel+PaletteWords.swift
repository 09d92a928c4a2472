import Commands
import Console
import Rendezvous
import Telemetry

/// What the palette's words do. A mistake is thrown; the caller then takes back whatever was changed.
extension MonitorModel {
  mutating func perform(
    _ word: PaletteWord, _ argument: String
  ) throws(PaletteMistake) -> [MonitorEffect] {
    switch word {
    case .policy:
      guard let policy = RendezvousPolicy.preset(named: argument.lowercased()) else {
        throw Self.unknown("policy", argument, offeredPolicies.map(\.preset))
      }
      return try chosenInPalette(policy)
    case .scenario:
      guard let scenario = Scenario(name: argument.lowercased()) else {
        throw Self.unknown("scenario", argument, Scenario.allCases.map(\.name))
      }
      return [.perform(.setScenario(scenario))]
    case .theme:
      guard themeNames.contains(argument) else {
        throw Self.unknown("theme", argument, themeNames)
      }
      return [.useTheme(argument)]
    case .refresh: return try setRefresh(argument)
    case .vcpu: try showVCPU(argument)
    case .rendezvous: try showRendezvous(named: argument)
    case .filter: try showLog(filteredBy: argument)
    case .find: try findInConsole(argument)
    case .view:
      let name = argument.lowercased()
      guard
        let view = MonitorView.allCases.first(where: {
          $0.name == name || String(Character($0.key)) == name
        })
      else {
        throw Self.unknown("view", argument, MonitorView.allCases.map { $0.name })
      }
      show(view)
    case .back: try goBack(argument)
    case .now:
      if past == nil { ui.notice = "the picture moves already" } else { toggleFreeze() }
    case .inject: return try inject(argument)
    case .help:
      ui.help = UIState.Help(context: ui.viewContext)
      ui.help?.search = argument
    }
    return []
  }

  private mutating func inject(_ argument: String) throws(PaletteMistake) -> [MonitorEffect] {
    do throws(InjectionExpressionError) {
      let injection = try InjectionExpression.parse(
        argument, self: selectedVCPU, count: live.snapshot.vcpus.count)
      ui.notice = "\(injection.text): sent; the log has the outcome"
      ui.dialog.remember(injection)
      return [.perform(injection.command)]
    } catch { throw PaletteMistake(words: error.description) }
  }

  private static func unknown(_ what: String, _ name: String, _ names: [String]) -> PaletteMistake {
    if name.isEmpty {
      return PaletteMistake(words: "\(what): which? \(names.joined(separator: ", "))")
    }
    let hint = suggestion(for: name, among: names)
    let all = hint.isEmpty ? "; there are \(names.joined(separator: ", "))" : hint
    return PaletteMistake(words: "no \(what) '\(name)'\(all)")
  }

  private mutating func setRefresh(_ argument: String) throws(PaletteMistake) -> [MonitorEffect] {
    let rates = Self.refreshRates
    guard let hertz = NumberText.parse(argument),
      let place = rates.firstIndex(of: Int(clamping: hertz))
    else {
      let all = rates.map(String.init).joined(separator: ", ")
      throw PaletteMistake(words: "refresh: '\(argument)' is not one of \(all)")
    }
    return stepRefresh(place - (rates.firstIndex(of: refreshHertz) ?? 0))
  }

  private mutating func showVCPU(_ argument: String) throws(PaletteMistake) {
    let vcpus = shown.snapshot.vcpus
    guard let number = NumberText.parse(argument) else {
      throw PaletteMistake(words: "vcpu: '\(argument)' is no number")
    }
    guard let place = vcpus.firstIndex(where: { $0.id == Int(clamping: number) }) else {
      let error = TargetError.noSuchVCPU(number, count: vcpus.count)
      throw PaletteMistake(words: error.description)
    }
    ui.vcpu = place
    show(.vcpu)
  }

  private mutating func showRendezvous(named argument: String) throws(PaletteMistake) {
    let digits = argument.first == "#" ? String(argument.dropFirst()) : argument
    guard let id = NumberText.parse(digits) else {
      throw PaletteMistake(words: "rendezvous: '\(argument)' is no number")
    }
    if showRendezvous(id) { return }
    let numbers = shown.rendezvous.numbers
    guard let old = shown.rendezvous.entry(numbers.lowerBound)?.record.id,
      let new = shown.rendezvous.entry(numbers.upperBound - 1)?.record.id
    else { throw PaletteMistake(words: "rendezvous #\(id): none has ended yet") }
    let words = id > new ? "is not there yet" : "is not held any more"
    throw PaletteMistake(words: "rendezvous #\(id) \(words); #\(old) to #\(new) are")
  }

  private mutating func showLog(filteredBy argument: String) throws(PaletteMistake) {
    do throws(LogFilter.Mistake) {
      ui.logView.filter = try LogFilter.parse(argument, vcpus: shown.snapshot.vcpus.count)
    } catch { throw PaletteMistake(words: error.words) }
    ui.logView.selected = nil
    show(.log)
  }

  private mutating func findInConsole(_ argument: String) throws(PaletteMistake) {
    if ui.viewContext != .console { show(.console) }
    if !argument.isEmpty {
      ui.search.prompt = argument
      ui.search.accept()
    }
    let before = ui.search.match
    find(.up)
    if ui.search.match == before, let words = ui.notice { throw PaletteMistake(words: words) }
  }

  private mutating func goBack(_ argument: String) throws(PaletteMistake) {
    let digits = argument.last == "s" ? String(argument.dropLast()) : argument
    guard let seconds = Double(digits), seconds >= 0, seconds <= 1e9 else {
      throw PaletteMistake(words: "back: '\(argument)' is no number of seconds")
    }
    let now = live.snapshot.timeNanoseconds
    let kept = keptNanoseconds
    let age = UInt64(seconds * 1e9)
    guard age <= kept else {
      throw PaletteMistake(
        words:
          "\(Quantity.duration(age)) back is not kept; the oldest is \(Quantity.duration(kept)) back"
      )
    }
    past = nil
    show(momentAt: now - age)
    guard let past else { return }
    ui.notice = "sample \(past.ordinal) of \(past.count), \(Quantity.duration(past.age)) back"
  }

  /// From the oldest moment that is kept to now, nanoseconds.
  var keptNanoseconds: UInt64 {
    let now = live.snapshot.timeNanoseconds
    let old = live.moments.moment(live.moments.first)?.timeNanoseconds ?? now
    return now > old ? now - old : 0
  }
}
