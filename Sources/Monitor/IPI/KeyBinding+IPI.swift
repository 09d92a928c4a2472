extension KeyBinding {
  static let ipi: [KeyBinding] = []
}
