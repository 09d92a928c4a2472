import Foundation
import Glibc
import Machine

/// The process that is stepped: runs the guest until it is killed, and says where the functions are
/// that its loop must not call.
enum Child {
  static let watched = [
    "malloc", "calloc", "free", "swift_retain", "swift_release", "swift_allocObject",
    "swift_bridgeObjectRetain", "swift_bridgeObjectRelease", "pthread_mutex_lock", "clock_gettime",
  ]

  static func run() throws -> Never {
    let machine = try ExitLoop.machine()
    let addresses = watched.compactMap { dlsym(nil, $0).map { UInt(bitPattern: $0) } }
    print(addresses.map(String.init).joined(separator: " "))
    fflush(nil)
    // Until the parent closes our standard input.
    _ = readLine()
    machine.end()
    exit(0)
  }
}
