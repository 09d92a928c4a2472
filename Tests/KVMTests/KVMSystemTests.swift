import Glibc
import Testing

@testable import KVM

/// The KVM device, and what is not one.
@Suite struct KVMSystemTests {
  @Test("what is no KVM device is refused in one line that says what to do")
  func openErrors() {
    #expect(failure("/nonexistent") == .open(path: "/nonexistent", errno: ENOENT))
    #expect(failure("/dev/null") == .open(path: "/dev/null", errno: ENOTTY))
    #expect(failure("/tmp") == .open(path: "/tmp", errno: EISDIR))
    #expect(failure("") == .open(path: "", errno: ENOENT))
    #expect(failure("/dev/null/kvm") == .open(path: "/dev/null/kvm", errno: ENOTDIR))
    for path in ["/nonexistent", "/dev/null", "/tmp"] {
      let error = failure(path)
      #expect(error?.isUnavailable == true)
      #expect(error?.description.hasPrefix("open \(path): ") == true)
      #expect(error?.description.contains("\n") == false)
    }
    #expect(
      failure("/nonexistent")?.description
        == "open /nonexistent: no such file or directory; load the module (modprobe kvm_intel or "
        + "kvm_amd) or enable virtualisation in the firmware")
    #expect(
      failure("/dev/null")?.description
        == "open /dev/null: inappropriate ioctl for device; check that it is the KVM device")
    #expect(
      failure("/tmp")?.description
        == "open /tmp: is a directory; check that it is the KVM device")
  }

  private func failure(_ path: String) -> KVMError? {
    do throws(KVMError) {
      _ = try KVMSystem(path: path)
      return nil
    } catch { return error }
  }

  @Test("every error is one line with what failed")
  func words() {
    let errors: [(KVMError, String, Bool)] = [
      (.open(path: "/dev/kvm", errno: EACCES), "usermod -aG kvm", true),
      (.version(11), "KVM_GET_API_VERSION: 11", true),
      (.missingCapability(name: "KVM_CAP_X", purpose: "to fly"), "KVM lacks KVM_CAP_X", true),
      (.ioctl(name: "KVM_RUN", errno: EFAULT), "KVM_RUN: bad address", false),
      (.map(what: "guest memory", bytes: 4096, errno: ENOMEM), "map 4096 bytes", false),
      (.ioctl(name: "KVM_RUN", errno: -5), "KVM_RUN: ", false),
    ]
    for (error, text, isUnavailable) in errors {
      #expect(error.description.contains(text))
      #expect(!error.description.contains("\n"))
      #expect(error.isUnavailable == isUnavailable)
    }
  }

  @Test("the device tells what it can do", .enabled(if: hasKVM, "SKIPPED: no /dev/kvm"))
  func device() throws {
    let system = try KVMSystem()
    let vcpus = system.maximumVCPUs
    #expect(vcpus >= 1)
    let unknown = system.check(.max)
    #expect(unknown == 0)
    #expect(["kvm_intel", "kvm_amd", "kvm_pvm", "kvm"].contains(KVMSystem.flavour))
    #expect(KVMSystem.hostCPUs >= 1)
  }
}

/// Whether /dev/kvm can be used here.
let hasKVM = access("/dev/kvm", R_OK | W_OK) == 0
