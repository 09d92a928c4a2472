import Dispatch
import Testing

/// For suites that press keys in a real terminal and wait for what they do: their steps run on threads of their own, a
/// few suites at a time.
///
/// Swift's pool has as many threads as there are CPUs, and tests that keep a vcpu busy hold one each for minutes.
/// What waits for a screen would come to look only between two of those, and run into its limits while nothing is
/// wrong. The kernel, which shares the CPUs out, is fairer.
struct OwnThread: SuiteTrait, TestScoping {
  /// More suites at once would only make each other slow.
  private static let turnstile = Turnstile(places: 4)

  /// Once around the whole suite: a place that one waits for inside a test would be of its time.
  var isRecursive: Bool { false }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await Self.turnstile.pass {
      try await withTaskExecutorPreference(SuiteThread(name: test.name)) { try await function() }
    }
  }
}

extension Trait where Self == OwnThread {
  /// Runs the suite's steps on a thread of its own, as one of a few suites.
  static var ownThread: Self { OwnThread() }
}

/// A serial queue: it has a thread whenever it has something to do, however busy the pool is.
private final class SuiteThread: TaskExecutor {
  private let queue: DispatchQueue

  init(name: String) { queue = DispatchQueue(label: name) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
