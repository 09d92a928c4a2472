import Commands
import Telemetry

/// The inject dialog. It is kept while it is closed, so that each kind remembers its values.
struct InjectDialog: Sendable {
  private(set) var kind = InjectKind.fixed
  private var forms = InjectKind.allCases.map(InjectForm.init)
  /// 0 is the kind, then the fields.
  private(set) var focus = 0
  /// The vcpu that the dialog was last opened for.
  private var here: Int?
  /// Why the last Enter was refused.
  private(set) var refusal: String?
  /// What the last Enter injected, until its reports are no longer wanted.
  private(set) var awaited: Awaited?

  /// An injection whose report is looked for: reports carry no sender, so it is the first one after
  /// `after` with the same content.
  struct Awaited: Sendable, Equatable {
    let injection: Injection
    let after: UInt64
    /// How many of the same content were sent before it and are not answered yet.
    let earlier: Int
    var report: InjectionReport?
  }

  var form: InjectForm {
    get { forms[kind.rawValue] }
    set { forms[kind.rawValue] = newValue }
  }

  /// The outcome to show, or nil before the first injection.
  var outcome: String? {
    guard let awaited else { return nil }
    guard let report = awaited.report else {
      return "\(awaited.injection.words): sent, no answer yet"
    }
    return "#\(report.id) \(awaited.injection.words): \(OutcomeWords.line(report))"
  }

  /// Forgets what is not a value of a field. `here`: the vcpu that is meant, which then stands in the
  /// targets of every kind until the dialog is opened elsewhere.
  mutating func reopen(here vcpu: Int? = nil) {
    for index in forms.indices { forms[index].aim(at: vcpu, former: here) }
    here = vcpu
    focus = 0
    refusal = nil
    awaited = nil
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
    focus = (form.fields.firstIndex { $0.name == field } ?? -1) + 1
  }

  mutating func moveFocus(_ step: Int) {
    let count = form.fields.count + 1
    focus = (focus + step + count) % count
  }

  mutating func choose(_ step: Int) {
    refusal = nil
    if focus == 0 {
      let kinds = InjectKind.allCases
      kind = kinds[(kind.rawValue + step + kinds.count) % kinds.count]
    } else {
      edit { $0.choose(step) }
    }
  }

  /// A character typed: into a text field, or the next choice for Space.
  mutating func type(_ scalar: Unicode.Scalar) {
    if focus == 0 || form.fields[focus - 1].isChoice {
      if scalar == " " { choose(1) }
    } else if CellWidth.of(scalar) > 0 {
      edit { $0.append(scalar) }
    }
  }
  mutating func erase() { edit { $0.erase() } }
  mutating func clear() { edit { $0.clear() } }

  private mutating func edit(_ change: (inout FormField) -> Void) {
    guard focus > 0 && focus <= form.fields.count else { return }
    refusal = nil
    change(&form.fields[focus - 1])
  }

  /// Enter: the injection, or nil and a refusal in words with the focus on the field at fault.
  mutating func submit(selected: Int, vcpus: Int, lastInjection: UInt64) -> Injection? {
    do throws(FormError) {
      let injection = try form.injection(selected: selected, vcpus: vcpus)
      refusal = nil
      if let last = awaited, last.report == nil, last.injection == injection {
        awaited = Awaited(injection: injection, after: last.after, earlier: last.earlier + 1)
      } else {
        awaited = Awaited(injection: injection, after: lastInjection, earlier: 0)
      }
      return injection
    } catch {
      refusal = error.words
      focus = (form.fields.firstIndex { $0.name == error.field } ?? -1) + 1
      return nil
    }
  }

  /// Looks for news about what was injected.
  mutating func follow(_ recording: Recording) {
    guard let wanted = awaited else { return }
    if let report = wanted.report {
      awaited?.report = recording.injection(report.id) ?? report
    } else {
      let same = recording.injections(after: wanted.after).filter {
        $0.injection == wanted.injection
      }
      awaited?.report = same.dropFirst(wanted.earlier).first
    }
  }
}
