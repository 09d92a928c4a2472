/// Where a thread of the model is: what it does next. One place is one atomic step.
public enum Place: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  // The run loop of a vcpu.
  /// Stores that it runs.
  case storeRunning
  /// Looks whether the machine is being suspended.
  case lookForSuspend
  /// The pending check, its first read.
  case look
  /// Its second, where the policy has one.
  case lookAgain
  /// Enters the guest, unless a kick was latched.
  case enter
  /// In the guest.
  case guest
  /// Stores that it has left the guest.
  case leave

  // A rendezvous exit and the handler.
  /// Reads the function where bhyve asserts that it is set.
  case exitRead
  /// Stores that it is in our code.
  case exitStore
  /// Takes part, under the lock.
  case handle
  /// Waits for the end.
  case wait
  /// Empties the request set, with the lock held.
  case clearRequest
  /// Takes the function back, with the lock held.
  case clearFunction
  /// Lets the lock go.
  case unlock

  // HLT.
  /// Stores that it has left the guest.
  case haltLeave
  /// Stores that it sleeps.
  case haltStore
  /// The halt test, its first read.
  case haltLook
  /// Its second.
  case haltLookAgain
  /// Stores that it does not sleep.
  case haltBack
  /// Asleep.
  case asleep

  // Initiating.
  /// Stores that it has left the guest.
  case initiateLeave
  /// Begins, or takes part in another one first; under the lock.
  case initiate
  /// Holds a sleeping target, with the lock held.
  case claim
  /// Runs a held target's action and lets it go, with the lock held.
  case serveClaimed
  /// The first of the two stores that publish.
  case publishFirst
  /// The second.
  case publishSecond
  /// Lets the lock go after publishing.
  case publishUnlock
  /// Reads the next member's condition.
  case notifyRead
  /// Kicks or wakes it.
  case notifyKick
  /// Takes part in its own rendezvous, under the lock.
  case own
  /// Returns from its rendezvous.
  case initiated

  // User space and locking all vcpus.
  /// Stores that it has left the guest.
  case idleLeave
  /// Stores that it is idle.
  case idleStore
  /// In user space.
  case idle
  /// Begins to lock all vcpus.
  case lockAll
  /// Runs the actions of the vcpus that it holds, with the lock held.
  case lockAllHelp
  /// Holds vcpus that are idle.
  case lockAllGather
  /// Waits for one that is not.
  case lockAllWait
  /// Takes the lock again.
  case lockAllAgain

  // A suspended vcpu.
  /// Joins the suspended ones.
  case suspendJoin
  /// Stores that it sleeps.
  case suspendStore
  /// Looks whether a rendezvous asks for it.
  case suspendLook
  /// Stores that it is awake, to serve.
  case suspendServe
  /// Sleeps.
  case suspended
  /// Stores that it is awake, to go on.
  case suspendBack

  // An operator.
  /// Has not begun.
  case operatorIdle
  /// Sets the suspend flag.
  case suspendAll
  /// Waits for every vcpu to be suspended.
  case awaitSuspended
  /// Aborts what is in progress, under the lock.
  case reset
  /// Makes a vcpu inactive, under the lock.
  case deactivate
  /// Completes what that completes, with the lock held.
  case deactivated
  /// At the end of its program.
  case over

  /// Between the store of "running" and the exit.
  var isInRunLoop: Bool {
    switch self {
    case .lookForSuspend, .look, .lookAgain, .enter, .guest: true
    default: false
    }
  }
  /// After the store of "sleeping", where a ring still ends the sleep.
  var hearsRing: Bool {
    switch self {
    case .haltLook, .haltLookAgain, .asleep, .suspendLook, .suspended: true
    default: false
    }
  }
}
