import Glibc
import Testing

@testable import Machine

/// The BIOS that a guest in real mode finds, by a program that asks for it.
@Suite("BIOS", .enabled(if: hasKVM)) struct BIOSTests {
  /// `program` at 0:7C00 as a flat binary.
  private func configuration(_ program: [UInt8]) -> MachineConfiguration {
    var configuration = MachineConfiguration()
    configuration.vcpus = 1
    configuration.memoryMebibytes = 16
    var kernel = KernelFiles(image: program, name: "bios")
    kernel.flatAddress = 0x7c00
    configuration.kernel = kernel
    return configuration
  }

  /// Prints a text by INT 10h, counts by INT 15h E820 the ranges that are free, halts until INT 1Ah tells
  /// of another tick, prints the key that INT 16h gives, ends with the count.
  private static let program: [UInt8] =
    [
      // xor ax, ax; mov ds, ax; mov es, ax; mov si, text
      0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0, 0xbe, 0x6e, 0x7c,
      // lodsb; test al, al; jz on; mov ah, 0eh; xor bx, bx; int 10h; jmp back
      0xac, 0x84, 0xc0, 0x74, 0x08, 0xb4, 0x0e, 0x31, 0xdb, 0xcd, 0x10, 0xeb, 0xf3,
      // xor ebx, ebx; xor bp, bp
      0x66, 0x31, 0xdb, 0x31, 0xed,
      // mov eax, e820h; mov edx, "SMAP"; mov ecx, 20; mov di, 8000h; int 15h; jc failed
      0x66, 0xb8, 0x20, 0xe8, 0, 0, 0x66, 0xba, 0x50, 0x41, 0x4d, 0x53, 0x66, 0xb9, 0x14, 0, 0, 0,
      0xbf, 0x00, 0x80, 0xcd, 0x15, 0x72, 0x36,
      // cmp eax, "SMAP"; jne failed; cmp byte [8010h], 1; jne on; inc bp; on: test ebx, ebx; jnz again
      0x66, 0x3d, 0x50, 0x41, 0x4d, 0x53, 0x75, 0x2e, 0x80, 0x3e, 0x10, 0x80, 0x01, 0x75, 0x01,
      0x45,
      0x66, 0x85, 0xdb, 0x75, 0xd2,
      // sti; mov ah, 0; int 1ah; mov si, dx; again: hlt; mov ah, 0; int 1ah; cmp dx, si; je again
      0xfb, 0xb4, 0x00, 0xcd, 0x1a, 0x89, 0xd6, 0xf4, 0xb4, 0x00, 0xcd, 0x1a, 0x39, 0xf2, 0x74,
      0xf7,
      // mov ah, 0; int 16h; mov ah, 0eh; int 10h
      0xb4, 0x00, 0xcd, 0x16, 0xb4, 0x0e, 0xcd, 0x10,
      // mov ax, bp; end: mov dx, f4h; out dx, al; hlt; jmp to the hlt; failed: mov al, 7fh; jmp end
      0x89, 0xe8, 0xba, 0xf4, 0x00, 0xee, 0xf4, 0xeb, 0xfd, 0xb0, 0x7f, 0xeb, 0xf5,
    ] + Array("Hello\r\n".utf8) + [0]

  @Test("text, memory, ticks and keys")
  func services() throws {
    try withGuest(configuration(Self.program)) { guest in
      #expect(guest.machine.perform(.serialInput([UInt8(ascii: "k")])))
      #expect(guest.end() == "the guest ended with value 2")
      #expect(guest.text == "Hello\r\nk")
      #expect(guest.last.vcpus[0].interruptsInjected > 0)
    }
  }

  @Test("a key is waited for")
  func wait() throws {
    try withGuest(configuration(Self.program)) { guest in
      #expect(guest.until { _ in guest.text == "Hello\r\n" })
      #expect(guest.machine.perform(.serialInput([UInt8(ascii: "k")])))
      #expect(guest.end() == "the guest ended with value 2")
    }
  }

  @Test("without a drive there is nothing to boot")
  func noDevice() throws {
    // int 19h
    try withGuest(configuration([0xcd, 0x19, 0xf4])) { guest in
      let end = try #require(guest.end())
      #expect(end.contains("asks the BIOS to boot"), "\(end)")
      #expect(guest.machine.guestFailed)
    }
  }

  @Test("an exception that the guest does not handle ends it")
  func exception() throws {
    // nop; ud2
    try withGuest(configuration([0x90, 0x0f, 0x0b])) { guest in
      let end = try #require(guest.end())
      #expect(end.contains("exception 6 in real mode at 0x0:0x7c01"), "\(end)")
    }
  }

  @Test("the restart entry resets the machine")
  func restart() throws {
    var configuration = configuration([0xea, 0xf0, 0xff, 0x00, 0xf0])
    configuration.endsAtReset = true
    try withGuest(configuration) { guest in
      let end = try #require(guest.end())
      #expect(end.contains("reset the machine"), "\(end)")
      #expect(!guest.machine.guestFailed)
    }
  }

  @Test("the port of services means nothing but to the BIOS's own code")
  func port() throws {
    // mov ax, 1234h; out 5ch, al; cmp ax, 1234h; setne al; out f4h, al
    let program: [UInt8] = [
      0xb8, 0x34, 0x12, 0xe6, 0x5c, 0x3d, 0x34, 0x12, 0x0f, 0x95, 0xc0, 0xe6, 0xf4, 0xf4,
    ]
    try withGuest(configuration(program)) { guest in
      #expect(guest.end() == "the guest ended with value 0")
    }
  }

  /// In 32-bit mode with SS at 20000h: waits for the BIOS's timer; its handler ends with what lies at the
  /// stack's top.
  private static let segmentedStack: [UInt8] =
    [
      // cli; xor ax, ax; mov ds, ax; lgdt [7c78h]; lidt [7cc6h]; CR0.PE; jmp 8:7c1eh
      0xfa, 0x31, 0xc0, 0x8e, 0xd8, 0x66, 0x0f, 0x01, 0x16, 0x78, 0x7c, 0x66, 0x0f, 0x01, 0x1e,
      0xc6,
      0x7c, 0x0f, 0x20, 0xc0, 0x0c, 0x01, 0x0f, 0x22, 0xc0, 0xea, 0x1e, 0x7c, 0x08, 0x00,
      // mov ax, 10h; mov ds, ax; mov es, ax; mov ax, 18h; mov ss, ax; mov esp, 1000h
      0x66, 0xb8, 0x10, 0x00, 0x8e, 0xd8, 0x8e, 0xc0, 0x66, 0xb8, 0x18, 0x00, 0x8e, 0xd0, 0xbc,
      0x00,
      0x10, 0x00, 0x00,
      // mov dword [0ff4h], 11111111h; mov dword [20ff4h], 22222222h: without and with the base
      0xc7, 0x05, 0xf4, 0x0f, 0x00, 0x00, 0x11, 0x11, 0x11, 0x11, 0xc7, 0x05, 0xf4, 0x0f, 0x02,
      0x00,
      0x22, 0x22, 0x22, 0x22,
      // 7c45h: sti; nop; jmp to the nop
      0xfb, 0x90, 0xeb, 0xfd,
      // 7c49h: mov eax, [esp]; mov dx, f4h; out dx, eax; hlt
      0x8b, 0x04, 0x24, 0x66, 0xba, 0xf4, 0x00, 0xef, 0xf4,
    ] + [UInt8](repeating: 0, count: 14)
    // 7c60h, behind the null descriptor: flat code, flat data, data at 20000h; 7c78h: the pointer.
    + [0xff, 0xff, 0, 0, 0, 0x9b, 0xcf, 0] + [0xff, 0xff, 0, 0, 0, 0x93, 0xcf, 0]
    + [0xff, 0xff, 0, 0, 2, 0x93, 0xcf, 0] + [0x1f, 0, 0x58, 0x7c, 0, 0]
    // 7c7eh: eight empty gates, that of vector 8; 7cc6h: the pointer.
    + [UInt8](repeating: 0, count: 64) + [0x49, 0x7c, 8, 0, 0, 0x8e, 0, 0]
    + [0x47, 0, 0x7e, 0x7c, 0, 0]

  @Test("an interrupt's frame goes to the stack's segment, in 32-bit mode too")
  func segments() throws {
    try withGuest(configuration(Self.segmentedStack)) { guest in
      let end = try #require(guest.end())
      // The address of the NOP or of the jump.
      #expect(
        ["the guest ended with value \(0x7c46)", "the guest ended with value \(0x7c47)"]
          .contains(end), "\(end)")
    }
  }
}
