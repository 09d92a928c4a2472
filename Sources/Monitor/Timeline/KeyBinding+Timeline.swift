extension KeyBinding {
  static let timeline: [KeyBinding] = []
}
