import Commands
import Telemetry

/// The inject dialog. It is kept while it is closed, so that each kind remembers its values.
struct InjectDialog: Sendable {
  private(set) var kind = InjectKind.fixed
  private var forms = InjectKind.allCases.map(InjectForm.init)
  /// How often, how far apart, and whether only to tell: the same fields for every kind.
  private(set) var manner = InjectManner()
  /// 0 is the kind, then the fields.
  private(set) var focus = 0
  /// The vcpu that the dialog was last opened for.
  private var here: Int?
  /// Why the last Enter was refused.
  private(set) var refusal: String?
  /// What the last Enter injected, until its reports are no longer wanted.
  private(set) var awaited: Awaited?
  /// What the last Enter would have done, where it was to be told only.
  private(set) var rehearsal: String?
  var history = InjectHistory()

  /// An injection whose report is looked for: reports carry no sender, so it is the first one after
  /// `after` with the same content.
  struct Awaited: Sendable, Equatable {
    let injection: RepeatedInjection
    let after: UInt64
    /// How many of the same content were sent before it and are not answered yet.
    let earlier: Int
    var report: InjectionReport?

    /// Whether `report` can be the answer.
    func accepts(_ report: InjectionReport) -> Bool {
      guard report.injection == injection.injection else { return false }
      guard let repetition = report.repetition else { return injection.count == 1 }
      return repetition.wanted == injection.count
        && repetition.periodNanoseconds == injection.periodNanoseconds
    }
  }

  var form: InjectForm {
    get { forms[kind.rawValue] }
    set { forms[kind.rawValue] = newValue }
  }

  /// The fields below the kind, in order.
  var fields: [FormField] { form.fields + manner.fields }

  /// The outcome to show, or nil before the first injection.
  var outcome: String? {
    guard let awaited else { return nil }
    let words = awaited.injection.injection.words
    guard let report = awaited.report else { return "\(words): sent, no answer yet" }
    return "#\(report.id) \(words): \(OutcomeWords.line(report))"
  }

  /// Forgets what is not a value of a field, and that it was to be repeated. `here`: the vcpu that is meant,
  /// which then stands in the targets of every kind until the dialog is opened elsewhere.
  mutating func reopen(here vcpu: Int? = nil) {
    for index in forms.indices { forms[index].aim(at: vcpu, former: here) }
    manner.setOnce()
    here = vcpu
    focus = 0
    refusal = nil
    awaited = nil
    rehearsal = nil
    history.leave()
  }

  /// Opens on `kind` with these values in its fields, the focus on `field`.
  mutating func open(
    _ kind: InjectKind, _ values: [(FormField.Name, String)], focus field: FormField.Name
  ) {
    reopen()
    self.kind = kind
    for (name, text) in values {
      guard let index = form.fields.firstIndex(where: { $0.name == name }) else { continue }
      form.fields[index].set(text)
    }
    setFocus(field)
  }

  private mutating func setFocus(_ name: FormField.Name) {
    focus = (fields.firstIndex { $0.name == name } ?? -1) + 1
  }

  mutating func moveFocus(_ step: Int) {
    let count = fields.count + 1
    focus = (focus + step + count) % count
  }

  mutating func choose(_ step: Int) {
    if focus == 0 {
      changed()
      let kinds = InjectKind.allCases
      kind = kinds[(kind.rawValue + step + kinds.count) % kinds.count]
    } else {
      edit { $0.choose(step) }
    }
  }

  /// A character typed: into a text field, or the next choice for Space.
  mutating func type(_ scalar: Unicode.Scalar) {
    if focus == 0 || fields[focus - 1].isChoice {
      if scalar == " " { choose(1) }
    } else if CellWidth.of(scalar) > 0 {
      edit { $0.append(scalar) }
    }
  }
  mutating func erase() { edit { $0.erase() } }
  mutating func clear() { edit { $0.clear() } }

  private mutating func edit(_ change: (inout FormField) -> Void) {
    guard focus > 0 && focus <= fields.count else { return }
    changed()
    let own = form.fields.count
    if focus <= own {
      change(&form.fields[focus - 1])
    } else {
      change(&manner.fields[focus - 1 - own])
    }
  }

  private mutating func changed() {
    refusal = nil
    rehearsal = nil
    history.leave()
  }

  // MARK: Earlier injections

  /// The injection before (1) or after (-1) the one of the history that is shown; false where there is none.
  mutating func recall(_ step: Int) -> Bool {
    let now = InjectHistory.Entry(form: form, manner: manner)
    guard let entry = history.step(step, from: now) else { return false }
    kind = entry.form.kind
    form = entry.form
    // Whether it is to be told only is this moment's wish, not that of then.
    manner.take(entry.manner)
    focus = 0
    refusal = nil
    rehearsal = nil
    return true
  }

  // MARK: Injecting

  /// What the fields ask for.
  func request(selected: Int, vcpus: Int) throws(FormError) -> RepeatedInjection {
    try manner.repeated(try form.injection(selected: selected, vcpus: vcpus))
  }

  /// Enter: the injection, or nil and a refusal in words with the focus on the field at fault.
  mutating func submit(
    selected: Int, vcpus: Int, lastInjection: UInt64
  ) -> RepeatedInjection? {
    do throws(FormError) {
      let request = try request(selected: selected, vcpus: vcpus)
      refusal = nil
      rehearsal = nil
      if manner.isDryRun { return request }
      if let last = awaited, last.report == nil, last.injection == request {
        awaited = Awaited(injection: request, after: last.after, earlier: last.earlier + 1)
      } else {
        awaited = Awaited(injection: request, after: lastInjection, earlier: 0)
      }
      history.add(InjectHistory.Entry(form: form, manner: manner))
      return request
    } catch {
      refusal = error.words
      setFocus(error.field)
      return nil
    }
  }

  /// Keeps what the last Enter would have done.
  mutating func rehearse(_ words: String) { rehearsal = words }

  /// Looks for news about what was injected.
  mutating func follow(_ recording: Recording) {
    guard let wanted = awaited else { return }
    if let report = wanted.report {
      awaited?.report = recording.injection(report.id) ?? report
    } else {
      let same = recording.injections(after: wanted.after).filter(wanted.accepts)
      awaited?.report = same.dropFirst(wanted.earlier).first
    }
  }
}
