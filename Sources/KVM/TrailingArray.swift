/// A C structure with a flexible array member (`kvm_cpuid2`), which Swift imports without the array.
@safe struct TrailingArray<Header, Element: BitwiseCopyable>: ~Copyable {
  private let storage: UnsafeMutableRawPointer
  let capacity: Int

  init(capacity: Int) {
    let bytes = MemoryLayout<Header>.size + capacity * MemoryLayout<Element>.stride
    unsafe storage = .allocate(byteCount: bytes, alignment: 16)
    unsafe storage.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    self.capacity = capacity
  }

  deinit { unsafe storage.deallocate() }

  /// The fixed part. Zeroed memory is a valid value of a C structure.
  var header: Header {
    get { unsafe storage.assumingMemoryBound(to: Header.self).pointee }
    nonmutating set { unsafe storage.assumingMemoryBound(to: Header.self).pointee = newValue }
  }

  subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < capacity)
      return unsafe storage.loadUnaligned(fromByteOffset: offset(index), as: Element.self)
    }
    nonmutating set {
      precondition(index >= 0 && index < capacity)
      unsafe storage.storeBytes(of: newValue, toByteOffset: offset(index), as: Element.self)
    }
  }

  /// For the kernel: valid as long as this value lives.
  var address: UInt { unsafe UInt(bitPattern: storage) }

  private func offset(_ index: Int) -> Int {
    MemoryLayout<Header>.size + index * MemoryLayout<Element>.stride
  }
}
