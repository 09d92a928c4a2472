import ArgumentParser
import Commands

/// `--inject`, as often as wanted.
struct InjectOption: ParsableArguments {
  @Option(
    name: .customLong("inject"),
    help: ArgumentHelp(
      "Inject this once the guest is up: 'fixed 0x40 to 0', 'nmi to all every 1ms times 5'.",
      discussion: """
        Once more for more of them, in order. Kinds: fixed, nmi, init, sipi, msi, pin, entry, rendezvous, \
        lock-all; self is vcpu 0. The demo guest is up when its scenario begins, a kernel with its first interrupt.
        """, valueName: "expression"))
  var expressions: [String] = []

  /// What they ask for in a guest of `vcpus` vcpus: checked before it starts.
  func injections(vcpus: Int, isDemo: Bool) throws(Failure) -> StartInjections {
    var wanted: [RepeatedInjection] = []
    for expression in expressions {
      do throws(InjectionExpressionError) {
        wanted.append(try InjectionExpression.parse(expression, self: 0, count: vcpus))
      } catch {
        throw Failure(ExitStatus.usage, "--inject '\(expression)': \(error.description)")
      }
    }
    return StartInjections(wanted, isDemo: isDemo)
  }
}
