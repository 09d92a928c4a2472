import CKVM
import Glibc

/// A file descriptor that is closed once, when its owner ends.
@usableFromInline struct Descriptor: ~Copyable, Sendable {
  @usableFromInline let number: Int32

  deinit { _ = Glibc.close(number) }

  /// One ioctl with an integer (or an address as one). Throws what the kernel said.
  @discardableResult
  func call(_ request: ckvm_request, _ argument: UInt = 0, _ name: StaticString) throws(KVMError)
    -> Int
  {
    let result = ckvm_call(number, request, argument)
    guard result >= 0 else {
      throw .ioctl(name: "\(name)", errno: Int32(truncatingIfNeeded: -result))
    }
    return result
  }

  /// One ioctl whose argument is a structure that the kernel reads.
  @discardableResult
  func pass<T>(_ request: ckvm_request, _ value: T, _ name: StaticString) throws(KVMError) -> Int {
    var copy = value
    // The kernel reads within the call only; the copy outlives it.
    let result = unsafe withUnsafeMutablePointer(to: &copy) {
      ckvm_call(number, request, UInt(bitPattern: $0))
    }
    guard result >= 0 else {
      throw .ioctl(name: "\(name)", errno: Int32(truncatingIfNeeded: -result))
    }
    return result
  }

  /// One ioctl that fills a structure.
  func fetch<T>(_ request: ckvm_request, into value: inout T, _ name: StaticString) throws(KVMError)
  {
    // The kernel writes within the call only, sizeof(T) bytes: the request number encodes the size.
    let result = unsafe withUnsafeMutablePointer(to: &value) {
      ckvm_call(number, request, UInt(bitPattern: $0))
    }
    guard result >= 0 else {
      throw .ioctl(name: "\(name)", errno: Int32(truncatingIfNeeded: -result))
    }
  }
}
