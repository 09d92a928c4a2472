extension KeyBinding {
  static let interrupts: [KeyBinding] = []
}
