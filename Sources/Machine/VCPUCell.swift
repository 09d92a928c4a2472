import Commands
import Interrupts
import KVM
import Rendezvous
import Synchronization
import Telemetry
import Threads

/// What others may touch of a vcpu, all of it atomic: requests and posted interrupts come in, state and
/// routing facts go out. Its registers and its local APIC belong to its thread alone.
final class VCPUCell: Sendable {
  /// How a vcpu in the guest is reached.
  final class KickTarget: Sendable {
    let runArea: RunArea
    let thread: ThreadIdentifier
    init(runArea: RunArea, thread: ThreadIdentifier) {
      self.runArea = runArea
      self.thread = thread
    }
  }

  let id: Int
  let counters = VCPUCounters()

  private let before = InlineArray<16, UInt64>(repeating: 0)
  /// ``RunState``.
  let runState = Atomic<UInt32>(RunState.idle.rawValue)
  /// ``VCPURequest`` bits.
  let requests = Atomic<UInt32>(0)
  private let after = InlineArray<15, UInt64>(repeating: 0)

  /// ``Activity``, for observers and for reports; written by the vcpu's thread.
  let activity = Atomic<UInt8>(Activity.runnable.rawValue)
  /// Vectors posted and not yet seen: the posted-interrupt descriptor of the VMM.
  private let posted = InlineArray<4, Atomic<UInt64>> { _ in Atomic(0) }
  /// Vectors that count as level-triggered: bhyve's TMR, recomputed in a rendezvous.
  private let levelTriggered = InlineArray<4, Atomic<UInt64>> { _ in Atomic(0) }
  /// An I/O APIC pin in ExtINT mode has asked this vcpu to acknowledge the 8259 pair's interrupt.
  let extINTPosted = Atomic<Bool>(false)
  /// Whether LINT0, to which the 8259 pair is wired, lets anything through: told by the vcpu.
  let listensToLINT0 = Atomic<Bool>(false)
  /// Posted NMIs: a processor takes one and latches another, more merge.
  let nmisPosted = Atomic<UInt8>(0)
  /// Whether a startup IPI would be taken: set by INIT, taken back by the first SIPI (S13).
  let awaitsStartup: Atomic<Bool>
  /// The page of the accepted startup IPI.
  let startupVector = Atomic<UInt8>(0)
  /// `LocalAPICRouting`, packed.
  let routing = Atomic<UInt64>(0)
  /// When the local APIC's timer expires next, nanoseconds of the monotonic clock; 0: never.
  let deadline = Atomic<UInt64>(0)
  /// Why what is pending is not delivered (`PendingReason`), 0 where nothing is.
  let pendingReason = Atomic<UInt8>(0)
  /// Whether an NMI waits for the end of an NMI handler, for reports.
  let isNMIBlocked = Atomic<Bool>(false)
  /// Whether the vcpu is out of the guest and waits to be let in again, with nothing under way.
  let isParked = Atomic<Bool>(false)
  /// Assertions that failed here, for the reader of snapshots. Few: ten a second are shown at most.
  let assertions = RecordRing<AssertionNote>(capacity: 2)
  /// Whether it is idle for a moment because somebody wants all vcpus.
  let isYielding = Atomic<Bool>(false)
  /// What the operator waits for.
  let watch = DeliveryWatch()
  /// How it was last told of a rendezvous.
  let summons = RendezvousSummons()
  /// Its part in rendezvous, for the reader of snapshots: a tenth of a second of a storm where there are few
  /// vcpus, which one looks at singly. Of many, the first ones are enough. Memory that is never used is none.
  let lanes: RecordRing<RendezvousLane>
  /// Whom it sent IPIs to.
  let traffic: IPITraffic
  /// Its registers and local APIC, while somebody looks.
  let observed = ObservedVCPU()
  /// What the vcpu sleeps on.
  let sleepWord = FutexWord(0)
  let kickTarget = AtomicLazyReference<KickTarget>()

  /// `count`: how many vcpus the machine has.
  init(id: Int, of count: Int) {
    self.id = id
    traffic = IPITraffic(vcpus: count)
    lanes = RecordRing(capacity: count <= 64 ? 512 : 64)
    awaitsStartup = Atomic(id != 0)
  }

  /// Makes the vcpu reachable by kicks; its own thread, once.
  func publish(runArea: RunArea, thread: ThreadIdentifier) {
    _ = kickTarget.storeIfNil(KickTarget(runArea: runArea, thread: thread))
  }

  // MARK: From any thread

  /// Brings the vcpu's attention to something that was stored before: signals it out of the guest,
  /// wakes it, or does nothing where it will look by itself.
  ///
  /// Sequentially consistent, as is the vcpu's store of `running` and its look at the requests after
  /// that: either it sees the request or we see that it runs (rendezvous.md section 1.4).
  func kick() -> Kick {
    switch RunState(rawValue: runState.load(ordering: .sequentiallyConsistent)) {
    case .running:
      let (won, _) = runState.compareExchange(
        expected: RunState.running.rawValue, desired: RunState.kicked.rawValue,
        ordering: .sequentiallyConsistent)
      guard won, let target = kickTarget.load() else { return .elided }
      // The latch first: a signal that arrives before KVM_RUN begins would be lost without it.
      target.runArea.latchImmediateExit()
      target.thread.kill(KickSignal.number)
      return .signalled
    // Held: its thread may sleep still, or have seen no request when it woke.
    case .sleeping, .heldAsleep, .heldAwaited:
      sleepWord.ring()
      return .woken
    default: return .elided
    }
  }

  /// Stores `request`, then kicks.
  func raise(_ request: VCPURequest) {
    requests.bitwiseOr(request.rawValue, ordering: .sequentiallyConsistent)
    _ = kick()
  }

  /// Somebody looks at this vcpu closely, or does not any more. It is not kicked out of the guest for that:
  /// it takes notice when it comes out by itself; where it sleeps, it is woken.
  func watch(_ isWatched: Bool) {
    guard observed.isWatched.exchange(isWatched, ordering: .relaxed) != isWatched else { return }
    requests.bitwiseOr(VCPURequest.watch.rawValue, ordering: .sequentiallyConsistent)
    switch RunState(rawValue: runState.load(ordering: .sequentiallyConsistent)) {
    case .sleeping, .heldAsleep, .heldAwaited: sleepWord.ring()
    default: break
    }
  }

  /// Posts `vector`; false where it was posted already and this one merges into it.
  func post(vector: UInt8) -> Bool {
    let bit: UInt64 = 1 << UInt64(vector & 63)
    let old = posted[Int(vector >> 6)].bitwiseOr(bit, ordering: .sequentiallyConsistent).oldValue
    guard old & bit == 0 else { return false }
    raise(.interrupt)
    return true
  }

  /// Whether `vector` is posted and not yet seen by the vcpu.
  func isPosted(vector: UInt8) -> Bool {
    posted[Int(vector >> 6)].load(ordering: .relaxed) >> UInt64(vector & 63) & 1 == 1
  }

  /// Posts an NMI; false where two were posted already, which is all that a processor can hold: one that
  /// it takes and one that it latches meanwhile. In wait-for-SIPI it takes none.
  func postNMI() -> Bool {
    let limit: UInt8 =
      activity.load(ordering: .relaxed) == Activity.waitForSIPI.rawValue ? 1 : 2
    var now = nmisPosted.load(ordering: .relaxed)
    while true {
      guard now < limit else { return false }
      let (isStored, found) = nmisPosted.compareExchange(
        expected: now, desired: now + 1, ordering: .sequentiallyConsistent)
      if isStored { break }
      now = found
    }
    raise(.nmi)
    return true
  }

  /// An ExtINT message.
  func postExtINT() {
    extINTPosted.store(true, ordering: .sequentiallyConsistent)
    raise(.interrupt)
  }

  /// A startup IPI: false where the vcpu does not wait for one.
  func postStartup(vector: UInt8) -> Bool {
    guard awaitsStartup.exchange(false, ordering: .sequentiallyConsistent) else { return false }
    // Before the request bit, which the vcpu reads first.
    startupVector.store(vector, ordering: .releasing)
    raise(.startup)
    return true
  }

  /// An INIT is on its way. From here on a SIPI will be taken, and one that was taken and not acted on,
  /// which came before, must not start the vcpu. The sender's thread, before the vcpu learns of the INIT:
  /// where nobody waits for that, the next SIPI may be faster.
  func announceINIT() {
    requests.bitwiseAnd(~VCPURequest.startup.rawValue, ordering: .sequentiallyConsistent)
    // The bootstrap processor starts anew without a SIPI.
    awaitsStartup.store(id != 0, ordering: .sequentiallyConsistent)
  }

  /// The facts by which messages find the vcpu.
  var routingFacts: LocalAPICRouting {
    LocalAPICRouting(packed: routing.load(ordering: .acquiring))
  }

  /// Whether the vcpu will never run again.
  var isDown: Bool {
    let now = activity.load(ordering: .relaxed)
    return now == Activity.shutdown.rawValue || now == Activity.fault.rawValue
  }

  /// Forgets what was asked and posted before a power-on, which is asked for. The vcpu is parked.
  func powerOn() {
    for index in 0..<4 { posted[index].store(0, ordering: .relaxed) }
    nmisPosted.store(0, ordering: .relaxed)
    extINTPosted.store(false, ordering: .relaxed)
    listensToLINT0.store(false, ordering: .relaxed)
    awaitsStartup.store(id != 0, ordering: .relaxed)
    // What remains is for the thread, not for the guest. The owner reads the bit before the rest.
    let kept: VCPURequest = [.stop, .end, .watch]
    requests.bitwiseAnd(kept.rawValue, ordering: .sequentiallyConsistent)
    requests.bitwiseOr(VCPURequest.powerOn.rawValue, ordering: .sequentiallyConsistent)
  }

  // MARK: Rendezvous actions (the vcpu's thread, or another while the vcpu is held)

  /// INIT: from here on nothing that was posted counts. The registers and the local APIC are reset by the
  /// owner before it enters the guest again.
  func acceptINIT() {
    for index in 0..<4 { posted[index].store(0, ordering: .relaxed) }
    nmisPosted.store(0, ordering: .relaxed)
    extINTPosted.store(false, ordering: .relaxed)
    // It waits for a SIPI, unless one that came after the INIT was announced is to be acted on. Between an
    // INIT's announcement and its turn another's INIT and SIPI may have come and gone.
    if requests.load(ordering: .sequentiallyConsistent) & VCPURequest.startup.rawValue == 0 {
      awaitsStartup.store(id != 0, ordering: .sequentiallyConsistent)
    }
    watch.noteReset()
    if isHeldAsleep { showReset() }
    // Orders the above for the owner, who reads the bit first.
    requests.bitwiseOr(VCPURequest.initReset.rawValue, ordering: .sequentiallyConsistent)
  }

  /// Adopts recomputed trigger modes.
  func setLevelTriggered(_ vectors: VectorSet) {
    for index in 0..<4 {
      // Relaxed: one word decides about a vector, and the rendezvous orders the rest.
      levelTriggered[index].store(
        UInt64(vectors.register(2 * index)) | UInt64(vectors.register(2 * index + 1)) << 32,
        ordering: .relaxed)
    }
  }

  /// `vector` is level-triggered from now on, at this vcpu. Before it is posted, which orders this; any thread, with the
  /// I/O APIC's lock held, so that no older entries are adopted after it.
  func addLevelTriggered(_ vector: UInt8) {
    levelTriggered[Int(vector >> 6)].bitwiseOr(1 << UInt64(vector & 63), ordering: .relaxed)
  }

  /// `vector` is triggered so from now on; as ``addLevelTriggered(_:)``.
  func setTrigger(of vector: UInt8, isLevel: Bool) {
    if isLevel { return addLevelTriggered(vector) }
    levelTriggered[Int(vector >> 6)].bitwiseAnd(~(1 << UInt64(vector & 63)), ordering: .relaxed)
  }

  // MARK: The vcpu's thread

  /// How `vector` is triggered.
  func trigger(of vector: UInt8) -> TriggerMode {
    levelTriggered[Int(vector >> 6)].load(ordering: .relaxed) >> UInt64(vector & 63) & 1 == 1
      ? .level : .edge
  }

  /// Takes the posted vectors of word `index` (vectors 64 · index and up).
  func takePosted(word index: Int) -> UInt64 {
    // A load first: most words are empty, and an exchange takes the line from the posters.
    if posted[index].load(ordering: .relaxed) == 0 { return 0 }
    return posted[index].exchange(0, ordering: .acquiring)
  }

  // MARK: Observers

  /// What the vcpu is doing, without disturbing it.
  var state: VCPUState {
    let now = Activity(rawValue: activity.load(ordering: .relaxed)) ?? .fault
    switch now {
    case .shutdown: return .shutdown
    case .fault: return .fault
    case .rendezvous: return .waiting
    default: break
    }
    switch RunState(rawValue: runState.load(ordering: .relaxed)) ?? .idle {
    case .idle, .held, .heldIdleAwaited: return .idle
    case .running: return .running
    case .kicked: return .kicked
    case .frozen: return .vmm
    case .sleeping, .heldAsleep, .heldAwaited:
      switch now {
      case .waitForSIPI: return .waitForSIPI
      case .stopped: return .stopped
      default: return .halted
      }
    }
  }
}
