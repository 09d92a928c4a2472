extension KeyBinding {
  static let policies: [KeyBinding] = []
}
