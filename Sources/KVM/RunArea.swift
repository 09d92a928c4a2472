public import CKVM
import Glibc
public import Synchronization

/// The `kvm_run` area that a vcpu shares with the kernel. The vcpu's thread owns all of it but the
/// byte `immediate_exit`, which whoever kicks the vcpu sets.
///
/// A class, so that a kicker's reference keeps the mapping alive however the threads end.
@safe public final class RunArea: Sendable {
  // Set once; what it points to belongs to the vcpu's thread (and the kernel while KVM_RUN runs).
  @usableFromInline nonisolated(unsafe) let run: UnsafeMutablePointer<kvm_run>
  @usableFromInline let size: Int

  init(vcpu descriptor: borrowing Descriptor, size: Int) throws(KVMError) {
    let mapped = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.number, 0)
    guard unsafe mapped != MAP_FAILED, let mapped = unsafe mapped,
      size >= MemoryLayout<kvm_run>.size
    else {
      throw .map(what: "a vcpu's run area", bytes: size, errno: errno)
    }
    unsafe run = mapped.assumingMemoryBound(to: kvm_run.self)
    self.size = size
  }

  deinit { unsafe munmap(run, size) }

  /// Makes the next KVM_RUN, or the one under way once a signal ends it, return at once (EINTR).
  /// Any thread. Releasing: the request that the kick is about is visible before the byte is.
  @inlinable public func latchImmediateExit() {
    unsafe immediateExit.pointee.store(1, ordering: .releasing)
  }

  /// Forgets a latched kick; the vcpu's thread does it before it looks for requests, so that a kick
  /// that comes later is not lost (peers.md section 2.1).
  @inlinable public func clearImmediateExit() {
    unsafe immediateExit.pointee.store(0, ordering: .relaxed)
  }

  /// Byte 1 of kvm_run (linux/kvm.h): Atomic<UInt8> has the layout of the C byte.
  @inlinable var immediateExit: UnsafeMutablePointer<Atomic<UInt8>> {
    unsafe UnsafeMutableRawPointer(run).advanced(by: 1).assumingMemoryBound(to: Atomic<UInt8>.self)
  }
}
