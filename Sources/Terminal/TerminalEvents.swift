import CTerminalGuard
import Glibc
import Monitor

/// One place to wait for everything that concerns the screen: keys, the mouse, signals, time, other
/// threads, and the terminal being ready for more. Belongs to the screen's thread.
public final class TerminalEvents {
  /// Ends a wait from any thread.
  public let waker: Waker
  /// How often ``TerminalEvent/tick`` comes; nil: never. Setting it makes one come at once.
  public var period: Duration? { didSet { setTimer() } }

  private let screen: Screen
  private let signals: Int32
  private let timer: Int32
  private var parser = KeyParser()
  private var lastByte: Int64 = 0
  private var settler = ResizeSettler()
  private var isGone = false

  private static let watched = [
    SIGWINCH, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGUSR1, SIGUSR2,
  ]

  /// Blocks the signals that come as events, in this thread and those that it starts. Call it first
  /// thing in the program, before any other thread exists: a thread that does not block them would
  /// take them with their default action.
  public static func blockSignals() {
    // C reads the array during the call.
    unsafe terminal_block_signals(watched, Int32(watched.count))
  }

  /// Waits for `screen`, with a tick every `period`.
  public init(screen: Screen, period: Duration? = nil) throws(TerminalError) {
    waker = try Waker()
    let signals = unsafe terminal_signal_descriptor(Self.watched, Int32(Self.watched.count))
    guard signals >= 0 else { throw .system(call: "signalfd", errno: errno) }
    let timer = terminal_timer_descriptor()
    guard timer >= 0 else {
      let number = errno
      _ = Glibc.close(signals)
      throw .system(call: "timerfd_create", errno: number)
    }
    self.screen = screen
    self.signals = signals
    self.timer = timer
    self.period = period
    setTimer()
  }

  deinit {
    _ = Glibc.close(signals)
    _ = Glibc.close(timer)
  }

  /// Waits until something happens and says what, in the order in which to treat it: signals, size,
  /// keys, time. Never empty. Meanwhile it sends what the terminal did not take before.
  public func next() -> [TerminalEvent] {
    while true {
      var polled = [
        pollfd(fd: isGone ? -1 : screen.input, events: Int16(POLLIN), revents: 0),
        pollfd(fd: timer, events: Int16(POLLIN), revents: 0),
        pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
        pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(
          fd: screen.isBehind && !isGone ? screen.outputDescriptor : -1, events: Int16(POLLOUT),
          revents: 0),
      ]
      // As many entries as the array has.
      let ready = unsafe poll(&polled, nfds_t(polled.count), timeout(at: MonotonicTime.now))
      var events: [TerminalEvent] = []
      if ready > 0 {
        if polled[2].revents != 0 { takeSignals(&events) }
        if polled[4].revents != 0 { screen.sendRest() }
      }
      let now = MonotonicTime.now
      if settler.passed(to: now) {
        screen.adoptSize()
        events.append(.resize)
      }
      let input = ready > 0 ? polled[0].revents : 0
      events += readKeys(ready: input & Int16(POLLIN) != 0, now: now).map {
        switch $0 {
        case .key(let key): .key(key)
        case .mouse(let event): .mouse(event)
        case .paste(let bytes): .paste(bytes)
        case .focus(let isHere): .focus(isHere)
        }
      }
      let isBroken = input & Int16(POLLHUP | POLLERR | POLLNVAL) != 0
      if isBroken || screen.isHungUp { hangUp(&events) }
      if ready > 0 {
        if polled[1].revents != 0, hasTicked() { events.append(.tick) }
        if polled[3].revents != 0, waker.drain() { events.append(.wake) }
      }
      if !events.isEmpty { return events }
    }
  }

  // MARK: - Parts

  /// How long to wait at most, in ms; -1: for ever.
  private func timeout(at now: Int64) -> Int32 {
    var deadline = settler.deadline ?? .max
    if parser.isWaiting { deadline = min(deadline, lastByte + parser.patience) }
    guard deadline != .max else { return -1 }
    // Rounded up, or the last millisecond would be spent spinning.
    return Int32(max(0, (deadline - now + 999_999) / 1_000_000))
  }

  /// The keys that have come; an Esc on its own once nothing has followed for 25 ms.
  private func readKeys(ready: Bool, now: Int64) -> [InputEvent] {
    guard ready else {
      let isOver = parser.isWaiting && now >= lastByte + parser.patience
      return isOver ? parser.expire() : []
    }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      // At most as many bytes as the buffer has. Poll said that there are some.
      unsafe read(screen.input, buffer.baseAddress, buffer.count)
    }
    guard count > 0 else {
      if count == 0 || (errno != EINTR && errno != EAGAIN) { screen.lose() }
      return []
    }
    lastByte = now
    return parser.parse(bytes.prefix(count))
  }

  private func takeSignals(_ events: inout [TerminalEvent]) {
    while true {
      let signal = terminal_next_signal(signals)
      switch signal {
      case 0: return
      case SIGWINCH:
        guard settler.signalled(at: MonotonicTime.now) else { continue }
        screen.adoptSize()
        events.append(.resize)
      case SIGCONT:
        // Someone stopped us (kill -STOP) and the shell has had the terminal since. After our own
        // suspend() this comes too; then it does no harm.
        screen.resume()
        events.append(.resize)
      case SIGTSTP: events.append(.suspend)
      case SIGHUP: hangUp(&events)
      case SIGUSR1, SIGUSR2: events.append(.user(signal))
      default: events.append(.signal(signal))
      }
    }
  }

  private func hangUp(_ events: inout [TerminalEvent]) {
    guard !isGone else { return }
    isGone = true
    events.append(.hangup)
  }

  private func hasTicked() -> Bool {
    var count: UInt64 = 0
    // Eight bytes into a local.
    return unsafe read(timer, &count, 8) == 8
  }

  private func setTimer() {
    let (seconds, attoseconds) = (period ?? .zero).components
    // Between 1 ms and a day, whatever was asked for.
    let limited = min(max(0, seconds), 86_400)
    let nanoseconds = limited * 1_000_000_000 + attoseconds / 1_000_000_000
    terminal_timer_set(timer, period == nil ? 0 : max(1_000_000, nanoseconds))
  }
}
