import Threads

/// Handles of running threads, joined in order; a class because arrays hold no noncopyable values.
private final class Box {
  var handle: ThreadHandle?
  init(_ handle: consuming ThreadHandle) { self.handle = consume handle }
  func join() { handle.take()?.join() }
}

/// Runs `body(0 ..< count)` on threads of their own and `meanwhile` on the caller's, then joins all.
func withThreads(
  _ count: Int, unblockedSignals: [Int32] = [], body: @escaping @Sendable (Int) -> Void,
  meanwhile: ([ThreadIdentifier]) -> Void = { _ in }
) throws {
  var boxes: [Box] = []
  var identifiers: [ThreadIdentifier] = []
  for index in 0..<count {
    let handle = try ThreadHandle.spawn(
      name: "test-\(index)", unblockedSignals: unblockedSignals
    ) { body(index) }
    identifiers.append(handle.identifier)
    boxes.append(Box(handle))
  }
  meanwhile(identifiers)
  for box in boxes { box.join() }
}
