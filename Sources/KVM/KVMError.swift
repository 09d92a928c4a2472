import Glibc

/// A failed step towards a running guest: what failed, with what value, and what to do about it.
/// ``description`` is one line for the operator.
public enum KVMError: Error, Sendable, Equatable, CustomStringConvertible {
  /// `/dev/kvm` (or what stands for it) could not be opened.
  case open(path: String, errno: Int32)
  /// The kernel speaks another version of the interface than 12.
  case version(Int)
  /// A capability that tryst cannot do without is missing.
  case missingCapability(name: String, purpose: String)
  /// An ioctl failed.
  case ioctl(name: String, errno: Int32)
  /// A mapping failed.
  case map(what: String, bytes: Int, errno: Int32)

  /// Whether the host has no KVM for us (exit code 69), as against a fault on the way.
  public var isUnavailable: Bool {
    switch self {
    case .open, .version, .missingCapability: true
    case .ioctl, .map: false
    }
  }

  /// One line: what failed, with what value, and what to do.
  public var description: String {
    switch self {
    case .open(let path, let code):
      let advice =
        switch code {
        case EACCES, EPERM:
          "add yourself to group kvm (sudo usermod -aG kvm $USER), then log in again"
        case ENOENT:
          "load the module (modprobe kvm_intel or kvm_amd) or enable virtualisation in the firmware"
        case ENODEV, ENXIO: "the kernel has no KVM module loaded; modprobe kvm_intel or kvm_amd"
        default: "check that it is the KVM device"
        }
      return "open \(path): \(Self.text(code)); \(advice)"
    case .version(let found):
      return "KVM_GET_API_VERSION: \(found), but tryst needs 12; use a kernel of 2.6.22 or newer"
    case .missingCapability(let name, let purpose):
      return "KVM lacks \(name), needed \(purpose); use a newer kernel"
    case .ioctl(let name, let code): return "\(name): \(Self.text(code))"
    case .map(let what, let bytes, let code):
      return
        "map \(bytes) bytes of \(what): \(Self.text(code)); free some memory or give the guest less"
    }
  }

  private static func text(_ code: Int32) -> String {
    // strerror's buffer is static, but its text for a known number is constant: reading it is safe.
    guard let message = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: message).lowercased()
  }
}
