import ArgumentParser
import Commands
import Machine
import Rendezvous

/// What the command line says about policies that are broken, or that assert.
struct LabOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Allow policies that can hang the guest.",
      discussion: """
        first-word, first-word-set, no-clear, deaf-halt, unlatched-kick. A watchdog ends what they break \
        within two seconds, and tells which vcpu was missing.
        """))
  var unsafePolicies = false
  @Flag(help: "Stop the guest where an assertion of the policy's fails.")
  var stopOnAssertion = false

  /// Puts them into `configuration`, whose policy is set; refuses that one if it is not allowed.
  func apply(to configuration: inout MachineConfiguration) throws(Failure) {
    configuration.allowsUnsafePolicies = unsafePolicies
    configuration.stopsOnAssertion = stopOnAssertion
    if !unsafePolicies, configuration.policy.danger != nil {
      throw Failure(
        ExitStatus.usage, MachineError.unsafePolicy(configuration.policy).description)
    }
  }
}
